namespace LlmResilience.Tests.Endpoints;

/// <summary>The operator's view of all endpoints, and the operator's verbs.</summary>
public sealed class LlmEndpointsTests
{
    [Fact]
    public void One_endpoint_is_found_by_its_name_in_whatever_case()
    {
        using var chain = new TestChain().Endpoint("a", Script.Answer("a")).Endpoint("b", Script.Answer("b"));

        Assert.True(chain.Endpoints.TryGetSnapshot("B", out var found));
        Assert.Equal(("b", EndpointState.Healthy, true), (found.Name, found.State, found.IsAvailable));
        Assert.False(chain.Endpoints.TryGetSnapshot("c", out var missing));
        Assert.Null(missing);
    }

    [Fact]
    public async Task The_operator_drains_ejects_and_restores()
    {
        using var chain = new TestChain().Endpoint("a", Script.Answer("a")).Endpoint("b", Script.Answer("backup"));

        chain.Endpoints.Drain("a");
        Assert.Equal("backup", (await chain.Client.AskAsync(streaming: true)).Text);
        Assert.Equal(EndpointState.Drained, chain["a"].State);
        chain.Endpoints.Restore("a");
        Assert.Equal("a", (await chain.Client.AskAsync(streaming: true)).Text);
        chain.Endpoints.Eject("A");
        Assert.Equal(EjectionReason.Manual, chain["a"].EjectionReason);
        chain.Endpoints.Restore("a");
        Assert.Equal(0, chain["a"].EjectionMultiplier);
        Assert.Equal("a", (await chain.Client.AskAsync(streaming: true)).Text);
        Assert.Contains("'a', 'b'", Assert.Throws<ArgumentException>(() => chain.Endpoints.Drain("x")).Message, StringComparison.Ordinal);
    }
}
