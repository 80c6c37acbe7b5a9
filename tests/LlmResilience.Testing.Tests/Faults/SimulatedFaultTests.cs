using System.Net;
using System.Text.Json.Nodes;

namespace LlmResilience.Testing.Tests.Faults;

public sealed class SimulatedFaultTests : ServerFixture
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Status_sends_an_error(bool streaming)
    {
        await StartAsync();
        Server.Faults.Always(SimulatedFault.Status(429, "insufficient_quota", "Pay up.", new Dictionary<string, string>(StringComparer.Ordinal) { ["Retry-After"] = "7" }));

        using var response = await AskAsync(streaming);
        var error = JsonNode.Parse(await response.Content.ReadAsStringAsync(Limit))!["error"]!;

        Assert.Equal(HttpStatusCode.TooManyRequests, response.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(7), response.Headers.RetryAfter?.Delta);
        Assert.Equal("""{"message":"Pay up.","type":"insufficient_quota","param":null,"code":"insufficient_quota"}""", error.ToJsonString());
        await UntilAsync(static s => s is { FailedCount: 1 });
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Silence_sends_no_headers(bool streaming)
    {
        await StartAsync();
        Server.Faults.Always(SimulatedFault.Silence());

        using var left = new CancellationTokenSource();
        using var request = new HttpRequestMessage(HttpMethod.Post, Url("/chat/completions"))
        {
            Content = new StringContent($$"""{"model":"m","messages":[{{Prompt}}],"stream":{{(streaming ? "true" : "false")}}}"""),
        };
        var response = Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, left.Token);
        await UntilAsync(static s => s is { RequestCount: 1, RunningCount: 0 });
        Assert.False(response.IsCompleted);

        await left.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => response);
        await UntilAsync(static s => s is { AbortedCount: 1 });
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task SilenceAfterHeaders_sends_headers_only(bool streaming)
    {
        await StartAsync();
        Server.Faults.Always(SimulatedFault.SilenceAfterHeaders());

        var response = await AskAsync(streaming);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var read = response.Content.ReadAsByteArrayAsync(Limit);
        await UntilAsync(static s => s is { RunningCount: 0 });
        Assert.False(read.IsCompleted);

        response.Dispose();
        await UntilAsync(static s => s is { AbortedCount: 1 });
    }

    [Fact]
    public async Task SlowFirstToken_holds_back_the_token_but_not_the_role()
    {
        var time = new ManualTimeProvider();
        await StartAsync(o => o.TimeProvider = time);
        Server.Faults.Always(SimulatedFault.SlowFirstToken(TimeSpan.FromSeconds(30)));

        using var response = await AskAsync();
        time.Advance(TimeSpan.FromSeconds(1));
        var body = await response.Content.ReadAsStreamAsync(Limit);
        using var reader = new StreamReader(body);
        Assert.Contains("\"role\"", await reader.ReadLineAsync(Limit), StringComparison.Ordinal);
        Assert.Equal("", await reader.ReadLineAsync(Limit));
        var next = reader.ReadLineAsync(Limit).AsTask();
        while (time.ActiveTimers == 0)
        {
            await Task.Yield();
        }

        time.Advance(TimeSpan.FromSeconds(29));
        Assert.False(next.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Contains("\"content\"", await next, StringComparison.Ordinal);
        Assert.EndsWith("[DONE]\n\n", await reader.ReadToEndAsync(Limit), StringComparison.Ordinal);
        await UntilAsync(static s => s is { CompletedCount: 1 });
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public async Task StallAfter_goes_silent_after_so_many_tokens(int tokens)
    {
        await StartAsync();
        Server.Faults.Always(SimulatedFault.StallAfter(tokens));

        using var response = await AskAsync();
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(Limit));
        for (var line = 0; line < 2 * (1 + tokens); line++)
        {
            Assert.NotNull(await reader.ReadLineAsync(Limit));
        }

        var next = reader.ReadLineAsync(Limit).AsTask();
        await UntilAsync(static s => s is { RunningCount: 0 });
        Assert.False(next.IsCompleted);
        response.Dispose();
        await UntilAsync(static s => s is { AbortedCount: 1 });
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(3, 3)]
    [InlineData(100, 5)]
    public async Task CutAfter_delivers_the_tokens_before_it_aborts(int tokens, int delivered)
    {
        await StartAsync();
        Server.Faults.Always(SimulatedFault.CutAfter(tokens));
        for (var i = 0; i < 20; i++)
        {
            var (text, error) = await ReadToFailureAsync(await AskAsync());

            Assert.NotNull(error);
            Assert.Equal(delivered, CountTokens(text));
            Assert.Contains("\"role\"", text, StringComparison.Ordinal);
            Assert.DoesNotContain("\"finish_reason\":\"", text, StringComparison.Ordinal);
        }

        await UntilAsync(static s => s is { FailedCount: 20, RunningCount: 0 });
    }

    [Fact]
    public async Task EndWithoutFinish_ends_cleanly_too_early()
    {
        await StartAsync();
        Server.Faults.Always(SimulatedFault.EndWithoutFinishReasonAfter(2));

        var text = await ReadAsync(await AskAsync());

        Assert.Equal(2, CountTokens(text));
        Assert.DoesNotContain("\"finish_reason\":\"", text, StringComparison.Ordinal);
        Assert.DoesNotContain("[DONE]", text, StringComparison.Ordinal);
        await UntilAsync(static s => s is { FailedCount: 1, RunningCount: 0 });
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task EmptyStream_has_no_bytes(bool streaming)
    {
        await StartAsync();
        Server.Faults.Always(SimulatedFault.EmptyStream());

        Assert.Empty(await ReadAsync(await AskAsync(streaming)));
        await UntilAsync(static s => s is { FailedCount: 1, RunningCount: 0 });
    }

    [Fact]
    public async Task A_non_streaming_answer_is_cut_after_its_headers()
    {
        await StartAsync();
        Server.Faults.Always(SimulatedFault.CutAfter(2));

        var (text, error) = await ReadToFailureAsync(await AskAsync(stream: false));

        Assert.Empty(text);
        Assert.NotNull(error);
    }

    [Fact]
    public async Task A_non_streaming_answer_may_end_without_finish()
    {
        await StartAsync();
        Server.Faults.Always(SimulatedFault.EndWithoutFinishReasonAfter(2));

        var choice = JsonNode.Parse(await ReadAsync(await AskAsync(stream: false)))!["choices"]![0]!;

        Assert.Null(choice["finish_reason"]);
        Assert.Equal(2, ((string?)choice["message"]!["content"])!.Split(' ').Length);
    }

    [Fact]
    public void Arguments_are_checked()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => SimulatedFault.Status(399));
        Assert.Throws<ArgumentOutOfRangeException>(() => SimulatedFault.Status(600));
        Assert.Throws<ArgumentOutOfRangeException>(() => SimulatedFault.SlowFirstToken(TimeSpan.FromTicks(-1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => SimulatedFault.StallAfter(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => SimulatedFault.CutAfter(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => SimulatedFault.EndWithoutFinishReasonAfter(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => SimulatedFault.ResetAfter(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => SimulatedFault.MalformedEventAfter(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => SimulatedFault.ErrorEventAfter(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => SimulatedFault.SilenceAfterKeepAlive(-1, TimeSpan.Zero));
        Assert.Throws<ArgumentOutOfRangeException>(() => SimulatedFault.SilenceAfterKeepAlive(1, TimeSpan.FromTicks(-1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => SimulatedFault.KeepAliveAfter(-1, TimeSpan.FromTicks(1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => SimulatedFault.KeepAliveAfter(0, TimeSpan.Zero));
        Assert.Throws<ArgumentOutOfRangeException>(() => SimulatedFault.HugeEvent(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => SimulatedFault.CustomResponse(199, ""));
        Assert.Throws<ArgumentNullException>(() => SimulatedFault.CustomResponse(200, null!));
    }
}
