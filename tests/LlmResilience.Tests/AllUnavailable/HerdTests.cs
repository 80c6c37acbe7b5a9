using System.Globalization;

namespace LlmResilience.Tests.AllUnavailable;

/// <summary>Those who waited for an endpoint do not fall on it all at once when it returns.</summary>
public sealed class HerdTests
{
    private const int Waiting = 1000;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Of_a_thousand_who_wait_one_goes_first_then_a_share_and_all_in_their_order(bool streaming)
    {
        var gates = Enumerable.Range(0, Waiting).Select(_ => new TaskCompletionSource()).ToList();
        var client = new FakeChatClient([.. gates.Select(gate => new Script().Then((_, _) => gate.Task).Text("well").Finish())]);
        using var chain = new TestChain().Endpoint("a", client).With(options =>
        {
            options.AllUnavailableBehavior = AllUnavailableBehavior.Wait;
            options.MaxWait = Timeout.InfiniteTimeSpan;
            options.EndpointDefaults.Timeouts.FirstToken = TimeSpan.FromHours(1);
            options.EndpointDefaults.Timeouts.Response = TimeSpan.FromHours(1);
        });
        chain.Endpoints.Eject("a");
        var answers = Enumerable.Range(0, Waiting).Select(i => chain.Client.AskAsync(streaming, prompt: $"{i}")).ToList();

        chain.Clock.Advance(TimeSpan.FromSeconds(10));
        await SettleAsync(chain, client, atLeast: 1);
        Assert.Equal(["0"], client.Received.Select(call => call.Messages[0].Text));

        // The probe went well: the ramp begins with a tenth.
        gates[0].SetResult();
        await SettleAsync(chain, client, atLeast: 100);
        Assert.InRange(client.Calls, 100, 250);

        // In the middle of the ramp it is half of them, although nobody else was answered.
        chain.Clock.Advance(TimeSpan.FromSeconds(15));
        await SettleAsync(chain, client, atLeast: 500);
        Assert.InRange(client.Calls, 500, 800);

        gates.ForEach(gate => gate.TrySetResult());
        await SettleAsync(chain, client, atLeast: Waiting);
        Assert.All(await Task.WhenAll(answers), answer => Assert.Equal("well", answer.Text));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_endpoint_alone_is_ejected_probed_by_one_request_and_while_it_ramps_takes_all(bool streaming)
    {
        var down = Script.Throw(new HttpRequestException(HttpRequestError.ConnectionError, "refused"));
        var client = new FakeChatClient(down, down, down, Script.Answer("back"), down, Script.Answer("again"));
        using var chain = new TestChain().Endpoint("a", client);
        for (var i = 0; i < 3; i++)
        {
            await Assert.ThrowsAsync<AllEndpointsFailedException>(() => chain.Client.AskAsync(streaming));
        }

        Assert.Equal(EndpointState.Ejected, chain["a"].State);
        Assert.Equal("back", (await chain.Client.AskAsync(streaming)).Text);
        Assert.Equal(EndpointState.Ramping, chain["a"].State);
        var failed = await Assert.ThrowsAsync<AllEndpointsFailedException>(() => chain.Client.AskAsync(streaming));

        Assert.Equal(FailureKind.ConnectionFailed, Assert.Single(failed.Attempts).Kind);
        Assert.Equal("again", (await chain.Client.AskAsync(streaming)).Text);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task While_the_one_place_is_taken_the_others_are_told_when_to_come_back(bool streaming)
    {
        var gate = new TaskCompletionSource();
        using var chain = new TestChain().Endpoint("a", new Script().Then((_, _) => gate.Task).Text("back").Finish());
        chain.Endpoints.Eject("a");
        var first = chain.Client.AskAsync(streaming);
        chain.Clock.Advance(TimeSpan.FromSeconds(4));

        var refused = await Assert.ThrowsAsync<AllEndpointsFailedException>(() => chain.Client.AskAsync(streaming));

        Assert.Equal(TimeSpan.FromSeconds(6), refused.RetryAfter);
        gate.SetResult();
        Assert.Equal("back", (await first).Text);
    }

    // In their order: so many were called, and these are the ones. The pool may start two of them the other way round.
    private static bool AreTheFirst(FakeChatClient client)
    {
        var called = client.Received.Select(call => int.Parse(call.Messages[0].Text, CultureInfo.InvariantCulture)).Order().ToList();
        return called.SequenceEqual(Enumerable.Range(0, called.Count));
    }

    // The first in line looks again every few milliseconds of the virtual clock, and who is served goes on in the pool.
    private static async Task SettleAsync(TestChain chain, FakeChatClient client, int atLeast)
    {
        for (var i = 0; i < 100_000 && (client.Calls < atLeast || !AreTheFirst(client)); i++)
        {
            chain.Clock.Advance(TimeSpan.FromTicks(1_000));
            await Task.Yield();
        }

        Assert.True(AreTheFirst(client));
    }
}
