using Microsoft.Extensions.AI;

namespace LlmResilience.Tests.Attempts;

/// <summary>A client that returns null where it must not has failed, as if it had thrown.</summary>
public sealed class NullResultTests
{
    [Theory]
    [InlineData(NullFrom.Stream)]
    [InlineData(NullFrom.Enumerator)]
    [InlineData(NullFrom.Update)]
    public async Task A_client_that_returns_null_for_a_stream_has_failed(NullFrom what)
    {
        using var chain = new TestChain().Endpoint("a", new NullClient(what)).Endpoint("b", Script.Answer("well"));

        Assert.Equal("well", (await chain.Client.AskAsync(streaming: true)).Text);
        Assert.Equal(1, chain["a"].FailureRatio);
        await Eventually.IsTrueAsync(() => chain["a"].ActiveAttempts + chain["a"].AbandonedAttempts == 0);
    }

    [Theory]
    [InlineData(NullFrom.Task)]
    [InlineData(NullFrom.Response)]
    public async Task A_client_that_returns_null_for_a_response_has_failed(NullFrom what)
    {
        using var chain = new TestChain().Endpoint("a", new NullClient(what));

        var exception = await Assert.ThrowsAsync<AllEndpointsFailedException>(() => chain.Client.AskAsync(streaming: false));

        Assert.Contains("'a'", Assert.Single(exception.Attempts).Exception.Message, StringComparison.Ordinal);
        await Eventually.IsTrueAsync(() => chain["a"].ActiveAttempts + chain["a"].AbandonedAttempts == 0);
    }

    [Fact]
    public async Task A_null_in_mid_stream_is_a_break()
    {
        using var chain = new TestChain().Endpoint("a", new NullClient(NullFrom.SecondUpdate));

        var (updates, exception) = await chain.Client.GetStreamingResponseAsync("hi").CollectAsync();

        Assert.Single(updates);
        Assert.Equal("one", Assert.IsType<StreamInterruptedException>(exception).PartialText);
        await Eventually.IsTrueAsync(() => chain["a"].ActiveAttempts + chain["a"].AbandonedAttempts == 0);
    }
}
