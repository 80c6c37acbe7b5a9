using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using Gateway.Tests.Hosting;
using Microsoft.Extensions.Logging;
using static Gateway.Tests.Hosting.ScriptedProvider;

namespace Gateway.Tests;

/// <summary>The file of the configuration changes while requests flow.</summary>
public sealed class ReloadTests
{
    private static readonly TimeSpan Latest = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task A_reload_under_load_loses_no_request_and_a_wrong_one_changes_nothing()
    {
        await using var provider = new ScriptedProvider((request, stream) => (bool?)request["stream"] == true
            ? SendEventsAsync(stream, Chunk("""{"content":"Hi"}"""), Chunk("{}", "\"stop\""), "[DONE]")
            : SendJsonAsync(stream, """{"id":"1","model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"Hi"},"finish_reason":"stop"}]}"""));
        var directory = Directory.CreateTempSubdirectory("gateway");
        try
        {
            Write(directory, provider, "00:00:30", "one");
            using var logs = new RecordingLogs();
            await using var gateway = await RunningGateway.StartAsync(
                ["--contentRoot", directory.FullName],
                builder => builder.Logging.AddProvider(logs));
            using var stop = new CancellationTokenSource();
            var answers = new ConcurrentQueue<(HttpStatusCode Status, string? Endpoint, bool IsWhole)>();
            var users = Enumerable.Range(0, 4).Select(i => UseAsync(gateway, stream: i % 2 == 0, answers, stop.Token)).ToList();

            foreach (var names in (string[][])[["two"], ["one", "two"], ["three", "one"]])
            {
                Write(directory, provider, "00:00:30", names);
                await EventuallyAsync(() => answers.LastOrDefault().Endpoint == names[0]);
            }

            Write(directory, provider, "30", "four");
            await EventuallyAsync(() => logs.Entries.Any(entry => entry.Level == LogLevel.Error && entry.Message.Contains("'30'", StringComparison.Ordinal)));
            await stop.CancelAsync();
            await Task.WhenAll(users);

            Assert.All(answers, answer => Assert.Equal((HttpStatusCode.OK, true), (answer.Status, answer.IsWhole)));
            Assert.Equal("three", answers.Last().Endpoint);
            Assert.DoesNotContain(answers, answer => answer.Endpoint == "four");
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task The_connections_to_the_providers_write_no_lines_of_their_own()
    {
        await using var provider = Json("""{"id":"1","model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"Hi"},"finish_reason":"stop"}]}""");
        using var logs = new RecordingLogs();
        await using var gateway = await RunningGateway.StartAsync(
            [.. RunningGateway.Endpoint(0, "one", provider.Address)],
            builder => builder.Logging.SetMinimumLevel(LogLevel.Trace).AddProvider(logs));

        using var response = await gateway.AskAsync();

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.NotEmpty(logs.Entries);
        Assert.DoesNotContain(logs.Entries, entry => entry.Category.StartsWith("System.Net.Http", StringComparison.Ordinal));
    }

    private static async Task UseAsync(
        RunningGateway gateway, bool stream, ConcurrentQueue<(HttpStatusCode Status, string? Endpoint, bool IsWhole)> answers, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            using var response = await gateway.AskAsync("chat", stream);
            var isWhole = stream ? (await ServerEvents.ReadAsync(response)).IsDone : (await response.Content.ReadAsStringAsync(CancellationToken.None)).Contains("Hi", StringComparison.Ordinal);
            answers.Enqueue((response.StatusCode, response.Headers.TryGetValues("x-llm-endpoint", out var names) ? names.Single() : null, isWhole));
        }
    }

    // Put in its place whole: who reads it meanwhile must not find half of it.
    private static void Write(DirectoryInfo directory, ScriptedProvider provider, string firstToken, params string[] names)
    {
        var endpoints = names.Select(name => new { Name = name, Provider = "OpenAI", BaseAddress = provider.Address, ApiKey = "none", ModelId = name });
        var written = Path.Combine(directory.FullName, "written.json");
        File.WriteAllText(written, JsonSerializer.Serialize(new
        {
            LlmResilience = new { EndpointDefaults = new { Timeouts = new { FirstToken = firstToken } }, Endpoints = endpoints },
        }));
        File.Move(written, Path.Combine(directory.FullName, "appsettings.json"), overwrite: true);
    }

    private static async Task EventuallyAsync(Func<bool> condition)
    {
        using var latest = new CancellationTokenSource(Latest);
        while (!condition())
        {
            await Task.Delay(20, latest.Token);
        }
    }
}
