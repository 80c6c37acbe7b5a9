using LlmResilience.Tests.Failures;

namespace LlmResilience.Tests.Endpoints;

/// <summary>What an operator is told about an endpoint.</summary>
public sealed class EndpointSnapshotTests
{
    [Fact]
    public void The_model_is_the_one_that_the_endpoint_is_asked_for()
    {
        using var chain = new TestChain()
            .Endpoint("a", new FakeChatClient(Script.Answer("a")), endpoint => endpoint.ModelId = "large")
            .Endpoint("b", Script.Answer("b"));

        Assert.Equal(["large", null], chain.Endpoints.GetSnapshots().Select(endpoint => endpoint.ModelId));
    }

    [Fact]
    public async Task The_last_failure_is_the_last_that_counts_or_cools_down_until_the_endpoint_is_restored()
    {
        using var chain = Chain(
            Script.Throw(new Refusal(FailureKind.InvalidResponse)),
            Script.Throw(new Refusal(FailureKind.InvalidRequest)),
            Script.Answer("a"),
            Script.Throw(new Refusal(FailureKind.RateLimited, 20)));
        Assert.Null(chain["a"].LastFailure);

        await chain.Client.AskAsync(streaming: true);
        Assert.Equal(FailureKind.InvalidResponse, chain["a"].LastFailure);

        await Assert.ThrowsAsync<Refusal>(() => chain.Client.AskAsync(streaming: true));
        await chain.Client.AskAsync(streaming: true);
        Assert.Equal(FailureKind.InvalidResponse, chain["a"].LastFailure);

        await chain.Client.AskAsync(streaming: true);
        Assert.Equal(FailureKind.RateLimited, chain["a"].LastFailure);
        chain.Clock.Advance(TimeSpan.FromSeconds(20));
        Assert.Equal(FailureKind.RateLimited, chain["a"].LastFailure);

        chain.Endpoints.Restore("a");
        Assert.Null(chain["a"].LastFailure);
    }

    [Fact]
    public async Task A_failed_probe_is_a_last_failure_and_a_result_from_before_the_ejection_is_none()
    {
        var release = new TaskCompletionSource();
        using var chain = Chain(
            new Script().Then((_, _) => release.Task).ThenThrow(new Refusal(FailureKind.ServerError)),
            Script.Throw(new Refusal(FailureKind.ConnectionFailed)));
        var late = chain.Client.AskAsync(streaming: true);
        chain.Endpoints.Eject("a");
        release.SetResult();
        await late;
        Assert.Null(chain["a"].LastFailure);

        chain.Clock.Advance(TimeSpan.FromSeconds(10));
        await chain.Client.AskAsync(streaming: true);

        Assert.Equal((EndpointState.Ejected, EjectionReason.ProbeFailed, FailureKind.ConnectionFailed), (chain["a"].State, chain["a"].EjectionReason, chain["a"].LastFailure));
    }

    [Fact]
    public void An_apps_own_test_can_make_one()
    {
        var snapshot = new EndpointSnapshot { Name = "a", State = EndpointState.Drained };

        Assert.Equal(("a", EndpointState.Drained, null), (snapshot.Name, snapshot.State, snapshot.LastFailure));
        Assert.Equal(EndpointState.Healthy, new EndpointSnapshot().State);
    }

    private static TestChain Chain(params Script[] scripts)
        => new TestChain()
            .Endpoint("a", new FakeChatClient(scripts), endpoint => endpoint.PrependFailureClassifier(new RefusalClassifier()))
            .Endpoint("b", Script.Answer("backup"));
}
