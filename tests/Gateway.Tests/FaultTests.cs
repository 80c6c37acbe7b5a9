using System.ClientModel;
using System.Text;
using System.Text.Json.Nodes;
using Gateway.Tests.Hosting;
using LlmResilience.Testing;
using OpenAI.Chat;

namespace Gateway.Tests;

/// <summary>
/// Every fault of the simulated server, streaming or not, alone or with a fallback: the client gets the whole right answer, each token
/// once, or one clear error, and neither of them late.
/// </summary>
public sealed class FaultTests
{
    private static readonly TimeSpan Latest = TimeSpan.FromSeconds(20);

    public static TheoryData<string, bool, bool> Cells()
    {
        var cells = new TheoryData<string, bool, bool>();
        foreach (var fault in FaultCatalog.Names)
        {
            cells.Add(fault, false, false);
            cells.Add(fault, false, true);
            cells.Add(fault, true, false);
            cells.Add(fault, true, true);
        }

        return cells;
    }

    public static TheoryData<string, bool> Streams()
    {
        var cells = new TheoryData<string, bool>();
        foreach (var fault in FaultCatalog.Names)
        {
            cells.Add(fault, false);
            cells.Add(fault, true);
        }

        return cells;
    }

    [Theory]
    [MemberData(nameof(Cells))]
    public async Task The_answer_is_whole_or_there_is_an_error(string fault, bool stream, bool withFallback)
    {
        await using var servers = await Servers.StartAsync(fault);

        using var response = await servers.Gateway.AskAsync(withFallback ? "both" : "primary", stream).WaitAsync(Latest);

        if (!response.IsSuccessStatusCode)
        {
            Assert.False(withFallback, $"There was a healthy fallback, but the status is {response.StatusCode}.");
            Assert.True((int)response.StatusCode >= 500);
            Assert.NotNull(JsonNode.Parse(await response.Content.ReadAsStringAsync())!["error"]!["message"]);
        }
        else if (!stream)
        {
            var answer = JsonNode.Parse(await response.Content.ReadAsStringAsync())!["choices"]![0]!;
            Assert.Equal((servers.Answer, "stop"), ((string?)answer["message"]!["content"], (string?)answer["finish_reason"]));
        }
        else
        {
            var events = await ServerEvents.ReadAsync(response).WaitAsync(Latest);
            if (events.Error is null)
            {
                Assert.Equal((servers.Answer, "stop", true), (events.Content, events.FinishReason, events.IsDone));
            }
            else
            {
                Assert.NotNull(events.Error["message"]);
                Assert.False(events.IsDone);
                Assert.Equal("error", events.FinishReason);
                Assert.NotEmpty(events.Content);
                Assert.StartsWith(events.Content, servers.Answer, StringComparison.Ordinal);
                Assert.True(events.Events[^1]["error"] is not null, "The error is the last event.");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Streams))]
    public async Task OpenAIs_client_never_takes_a_part_for_the_whole(string fault, bool withFallback)
    {
        await using var servers = await Servers.StartAsync(fault);
        var text = new StringBuilder();
        ChatFinishReason? reason = null;
        Exception? thrown = null;
        try
        {
            await foreach (var update in servers.Gateway.CreateSdkClient(withFallback ? "both" : "primary").CompleteChatStreamingAsync("Hi"))
            {
                text.Append(string.Concat(update.ContentUpdate.Select(part => part.Text)));
                reason ??= update.FinishReason;
            }
        }
        catch (Exception exception)
        {
            thrown = exception;
        }

        if (thrown is null && reason is not null)
        {
            Assert.Equal((servers.Answer, ChatFinishReason.Stop), (text.ToString(), reason));
        }
        else
        {
            Assert.NotNull(thrown);
            Assert.True(!withFallback || text.Length > 0, $"There was a healthy fallback, but: {thrown}");
            Assert.Null(reason);
            Assert.StartsWith(text.ToString(), servers.Answer, StringComparison.Ordinal);
            Assert.True(text.Length > 0 || thrown is ClientResultException, thrown.ToString());
        }
    }

    private sealed class Servers(SimulatedOpenAIServer primary, SimulatedOpenAIServer backup, RunningGateway gateway, string answer) : IAsyncDisposable
    {
        public RunningGateway Gateway => gateway;

        /// <summary>What both servers say if nothing goes wrong.</summary>
        public string Answer => answer;

        public static async Task<Servers> StartAsync(string fault)
        {
            var primary = await SimulatedOpenAIServer.StartAsync(new() { TokensPerAnswer = 6, TokensPerAnswerJitterRatio = 0 });
            var backup = await SimulatedOpenAIServer.StartAsync(new() { TokensPerAnswer = 6, TokensPerAnswerJitterRatio = 0 });
            var gateway = await RunningGateway.StartAsync(
            [
                "--LlmResilience:Routes:0:Model=both", "--LlmResilience:Routes:0:Endpoints:0=primary", "--LlmResilience:Routes:0:Endpoints:1=backup",
                "--LlmResilience:MaxAttempts=2",
                .. Endpoint(0, "primary", primary), .. Endpoint(1, "backup", backup),
                .. new[] { "FirstToken", "FirstTokenAtLastEndpoint", "BetweenTokens", "Response", "ResponseAtLastEndpoint" }.Select(limit => $"--LlmResilience:Endpoints:0:Timeouts:{limit}=00:00:00.500"),
            ]);
            using var response = await gateway.AskAsync("backup");
            var answer = JsonNode.Parse(await response.Content.ReadAsStringAsync())!["choices"]![0]!["message"]!["content"]!;
            primary.Faults.Always(FaultCatalog.Create(fault));
            return new Servers(primary, backup, gateway, (string)answer!);
        }

        public async ValueTask DisposeAsync()
        {
            await gateway.DisposeAsync();
            await primary.DisposeAsync();
            await backup.DisposeAsync();
        }

        private static IEnumerable<string> Endpoint(int index, string name, SimulatedOpenAIServer server)
            => new (string Key, string Value)[] { ("Name", name), ("Provider", "OpenAI"), ("BaseAddress", server.BaseAddress.OriginalString), ("ApiKey", "none"), ("ModelId", "m") }
                .Select(setting => $"--LlmResilience:Endpoints:{index}:{setting.Key}={setting.Value}");
    }
}
