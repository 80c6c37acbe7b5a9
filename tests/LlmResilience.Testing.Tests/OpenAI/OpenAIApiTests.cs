using System.Net;
using System.Text.Json.Nodes;

namespace LlmResilience.Testing.Tests.OpenAI;

public sealed class OpenAIApiTests : ServerFixture
{
    [Fact]
    public async Task Models_lists_the_one_model()
    {
        await StartAsync(o => o.ModelId = "m");

        var json = JsonNode.Parse(await ReadAsync(await Client.GetAsync(Url("/models"), Limit)))!;

        Assert.Equal("list", (string?)json["object"]);
        Assert.Equal("m", (string?)Assert.Single(json["data"]!.AsArray())!["id"]);
    }

    [Fact]
    public async Task The_list_of_models_has_faults_of_its_own()
    {
        await StartAsync();
        Server.Faults.Always(SimulatedFault.Status(500));
        Server.ModelListFaults.Next(1, SimulatedFault.Status(503));
        Server.ModelListFaults.Next(1, SimulatedFault.ResetBeforeHeaders());

        Assert.Equal(HttpStatusCode.ServiceUnavailable, await StatusAsync("/models"));
        await Assert.ThrowsAsync<HttpRequestException>(() => Client.GetAsync(Url("/models"), Limit));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync("/models"));
        using var chat = await AskAsync();
        Assert.Equal(HttpStatusCode.InternalServerError, chat.StatusCode);
        Assert.Equal(1, Server.GetStatistics().RequestCount);
    }

    [Fact]
    public async Task A_list_of_models_that_is_silent_is_so_until_the_app_leaves()
    {
        await StartAsync();
        Server.ModelListFaults.Always(SimulatedFault.Silence());
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Limit);

        var asking = Client.GetAsync(Url("/models"), stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);

        Server.ModelListFaults.Clear();
        Assert.Equal(HttpStatusCode.OK, await StatusAsync("/models"));
    }

    [Fact]
    public async Task Health_is_well()
    {
        await StartAsync();

        Assert.Empty(await ReadAsync(await Client.GetAsync(new Uri(Server.BaseAddress, "/health"), Limit)));
    }

    [Theory]
    [InlineData("not json", null)]
    [InlineData("[]", null)]
    [InlineData("""{"messages":[{"role":"user","content":"x"}]}""", "model")]
    [InlineData("""{"model":"m"}""", "messages")]
    [InlineData("""{"model":"m","messages":[]}""", "messages")]
    [InlineData("""{"model":"m","messages":["x"]}""", "messages")]
    [InlineData("""{"model":"m","messages":[{"role":"user","content":"x"}],"stream":1}""", "stream")]
    [InlineData("""{"model":"m","messages":[{"role":"user","content":"x"}],"max_tokens":0}""", "max_tokens")]
    [InlineData("""{"model":"m","messages":[{"role":"user","content":"x"}],"n":2}""", "n")]
    public async Task A_malformed_request_is_refused_in_the_shape_of_OpenAI(string body, string? param)
    {
        await StartAsync();

        using var response = await PostAsync(body);
        var error = JsonNode.Parse(await response.Content.ReadAsStringAsync(Limit))!["error"]!.AsObject();

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("message type param code", string.Join(" ", error.Select(static p => p.Key)));
        Assert.Equal("invalid_request_error", (string?)error["type"]);
        Assert.Equal(param, (string?)error["param"]);
        await UntilAsync(static s => s is { RequestCount: 1, FailedCount: 1 });
    }

    [Theory]
    [InlineData("/chat/completions", HttpStatusCode.MethodNotAllowed)]
    [InlineData("/completions", HttpStatusCode.NotFound)]
    public async Task Wrong_methods_and_paths_are_refused(string path, HttpStatusCode status)
    {
        await StartAsync();

        using var response = await Client.GetAsync(Url(path), Limit);

        Assert.Equal(status, response.StatusCode);
        Assert.NotNull(JsonNode.Parse(await response.Content.ReadAsStringAsync(Limit))!["error"]!["message"]);
    }

    private async Task<HttpStatusCode> StatusAsync(string path)
    {
        using var response = await Client.GetAsync(Url(path), Limit);
        return response.StatusCode;
    }
}
