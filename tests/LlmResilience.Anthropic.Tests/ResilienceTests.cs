using System.Globalization;
using Anthropic.Exceptions;
using LlmResilience.Testing;
using LlmResilience.TestUtils;
using Microsoft.Extensions.AI;

namespace LlmResilience.Anthropic.Tests;

/// <summary>Anthropic's faults through the whole resilient client, over sockets.</summary>
public class ResilienceTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan PingInterval = TimeSpan.FromSeconds(1);

    private readonly VirtualTimeProvider _clock = new();
    private readonly VirtualTimeProvider _serverClock = new();

    public static TheoryData<bool, string, FailureKind> Faults
    {
        get
        {
            var data = new TheoryData<bool, string, FailureKind>();
            foreach (var streaming in (bool[])[false, true])
            {
                data.Add(streaming, "529", FailureKind.Overloaded);
                data.Add(streaming, "429", FailureKind.RateLimited);
                data.Add(streaming, "500", FailureKind.ServerError);
                data.Add(streaming, "401", FailureKind.Unauthorized);
                data.Add(streaming, "404", FailureKind.NotFound);
                data.Add(streaming, "402", FailureKind.QuotaExhausted);
                data.Add(streaming, "error", FailureKind.Overloaded);
                data.Add(streaming, "cut", FailureKind.ConnectionFailed);
                data.Add(streaming, "malformed", FailureKind.InvalidResponse);
            }

            data.Add(true, "end", FailureKind.EmptyResponse);
            data.Add(true, "empty", FailureKind.EmptyResponse);
            data.Add(false, "empty", FailureKind.InvalidResponse);
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task Before_the_first_token_the_next_endpoint_answers(bool streaming, string fault, FailureKind expected)
    {
        await using var bad = await Clients.StartAsync(Fault(fault, tokens: 0));
        await using var good = await Clients.StartAsync();
        using var chain = Builder().Add("bad", bad).Add("good", good).Build();
        using var alone = Builder().Add("bad", bad).Build();

        Assert.Equal("Hello", (await chain.AskAsync(streaming)).Text);

        var exception = await Assert.ThrowsAsync<AllEndpointsFailedException>(() => alone.AskAsync(streaming));
        Assert.Equal(expected, Assert.Single(exception.Attempts).Kind);
    }

    [Theory]
    [InlineData("error")]
    [InlineData("cut")]
    [InlineData("malformed")]
    [InlineData("end")]
    public async Task After_it_the_app_is_told_and_gets_every_token_once(string fault)
    {
        await using var bad = await Clients.StartAsync(Fault(fault, tokens: 2), new() { Text = "one two three" });
        await using var good = await Clients.StartAsync();
        using var client = Builder().Add("bad", bad).Add("good", good).Build();

        // The very first stream: nothing has been learned about the endpoint yet.
        var (updates, exception) = await client.GetStreamingResponseAsync("Hi").CollectAsync();

        Assert.Equal("one two", string.Concat(updates.Select(u => u.Text)));
        Assert.Equal("one two", Assert.IsType<StreamInterruptedException>(exception).PartialText);
        Assert.All(updates, u => Assert.Null(u.FinishReason));
        Assert.Empty(good.Requests);
    }

    [Theory]
    [InlineData("pings")]
    [InlineData("stall")]
    [InlineData("silence")]
    public async Task The_first_tokens_clock_fires_however_alive_the_connection_looks(string fault)
    {
        await using var bad = await StartPingingAsync(Fault(fault, tokens: 0));
        await using var good = await Clients.StartAsync();
        using var client = Builder().Add("bad", bad, e => e.Timeouts.FirstToken = Limit).Add("good", good).Build();

        var answer = client.AskAsync(streaming: true);
        await PingAsync(fault);
        Assert.False(answer.IsCompleted);
        await _clock.WaitForTimerAsync(Limit);
        _clock.Advance(Limit);

        Assert.Equal("Hello", (await answer).Text);
        await bad.WaitForAsync(static s => s.AbortedCount == s.RequestCount, TestContext.Current.CancellationToken);
    }

    [Theory]
    [InlineData("pings")]
    [InlineData("stall")]
    public async Task So_does_the_clock_between_tokens(string fault)
    {
        await using var bad = await StartPingingAsync(Fault(fault, tokens: 2));
        using var client = Builder().Add("bad", bad, e => e.Timeouts.BetweenTokens = Limit).Build();
        await using (var updates = client.GetStreamingResponseAsync("Hi").GetAsyncEnumerator())
        {
            var text = "";
            while (text != "one two")
            {
                Assert.True(await updates.MoveNextAsync());
                text += updates.Current.Text;
            }

            var next = updates.MoveNextAsync().AsTask();
            await PingAsync(fault);
            Assert.False(next.IsCompleted);
            await _clock.WaitForTimerAsync(Limit);
            _clock.Advance(Limit);

            Assert.Equal("one two", (await Assert.ThrowsAsync<StreamStalledException>(() => next)).PartialText);
        }

        await bad.WaitForAsync(static s => s.AbortedCount == s.RequestCount, TestContext.Current.CancellationToken);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_endpoint_is_left_alone_as_long_as_it_asks(bool streaming)
    {
        await using var bad = await Clients.StartAsync(SimulatedFault.Status(429, headers: new Dictionary<string, string> { ["retry-after"] = "40" }));
        await using var good = await Clients.StartAsync();
        using var client = Builder().Add("bad", bad).Add("good", good).Build();

        await client.AskAsync(streaming);
        _clock.Advance(TimeSpan.FromSeconds(39));
        await client.AskAsync(streaming);
        Assert.Single(bad.Requests);
        _clock.Advance(TimeSpan.FromSeconds(1));
        await client.AskAsync(streaming);

        Assert.Equal(2, bad.Requests.Count);
        Assert.Equal(3, good.Requests.Count);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_is_the_requests_own_fault_comes_back_as_it_is(bool streaming)
    {
        await using var first = await Clients.StartAsync(SimulatedFault.Status(400, message: "messages: at least one message is required"));
        await using var second = await Clients.StartAsync();
        using var client = Builder().Add("first", first).Add("second", second).Build();

        await Assert.ThrowsAsync<AnthropicBadRequestException>(() => client.AskAsync(streaming));

        Assert.Empty(second.Requests);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_prompt_that_is_too_long_goes_to_the_next(bool streaming)
    {
        await using var first = await Clients.StartAsync(SimulatedFault.Status(400, message: "prompt is too long: 2 tokens > 1 maximum"));
        await using var second = await Clients.StartAsync();
        using var client = Builder().Add("first", first).Add("second", second).Build();

        Assert.Equal("Hello", (await client.AskAsync(streaming)).Text);
    }

    [Theory]
    [InlineData("""{"error":""")]
    [InlineData("""["error"]""")]
    [InlineData("""{"error":null}""")]
    public async Task What_is_neither_an_answer_nor_an_error_is_invalid(string body)
    {
        await using var bad = await Clients.StartAsync(SimulatedFault.CustomResponse(200, body, "application/json"));
        using var client = Builder().Add("bad", bad).Build();

        var exception = await Assert.ThrowsAsync<AllEndpointsFailedException>(() => client.AskAsync(streaming: false));

        Assert.Equal(FailureKind.InvalidResponse, Assert.Single(exception.Attempts).Kind);
    }

    private static SimulatedFault Fault(string name, int tokens) => name switch
    {
        "error" => SimulatedFault.ErrorEventAfter(tokens, "overloaded_error"),
        "cut" => SimulatedFault.CutAfter(tokens),
        "malformed" => SimulatedFault.MalformedEventAfter(tokens),
        "end" => SimulatedFault.EndWithoutFinishReasonAfter(tokens),
        "empty" => SimulatedFault.EmptyStream(),
        "pings" => SimulatedFault.KeepAliveAfter(tokens, PingInterval),
        "stall" => SimulatedFault.StallAfter(tokens),
        "silence" => SimulatedFault.Silence(),
        _ => SimulatedFault.Status(int.Parse(name, CultureInfo.InvariantCulture)),
    };

    private Task<SimulatedAnthropicServer> StartPingingAsync(SimulatedFault fault)
        => Clients.StartAsync(
            new SimulatedAnthropicServerOptions { Answer = new() { Text = "one two three" }, TimeProvider = _serverClock }, fault);

    // The server waits for its clock after every ping that it has sent.
    private async Task PingAsync(string fault)
    {
        for (var i = 0; i < 5 && fault == "pings"; i++)
        {
            await _serverClock.WaitForTimerAsync(PingInterval);
            _serverClock.Advance(PingInterval);
        }
    }

    private LlmResilienceBuilder Builder() => new() { TimeProvider = _clock };
}
