using LlmResilience.Tests.Failures;

namespace LlmResilience.Tests.Chains;

/// <summary>Which endpoints a request is offered, and in which order.</summary>
public sealed class ChainOrderTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Endpoints_are_asked_by_priority_and_then_in_order(bool streaming)
    {
        List<string> asked = [];
        using var chain = new TestChain()
            .Endpoint("third", Failing("third"), endpoint => endpoint.Priority = 1)
            .Endpoint("first", Failing("first"))
            .Endpoint("second", Failing("second"))
            .Endpoint("fourth", Failing("fourth"), endpoint => endpoint.Priority = 1);

        var failed = await Assert.ThrowsAsync<AllEndpointsFailedException>(() => chain.Client.AskAsync(streaming));

        Assert.Equal(["first", "second", "third", "fourth"], asked);
        Assert.Equal(asked, failed.Attempts.Select(attempt => attempt.EndpointName));

        FakeChatClient Failing(string name) => new(new Script().Then((_, _) =>
        {
            asked.Add(name);
            throw new IOException(name);
        }));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_prompt_that_was_too_long_skips_endpoints_that_are_declared_smaller(bool streaming)
    {
        var smaller = new FakeChatClient(Script.Answer("never"));
        using var chain = new TestChain()
            .Endpoint("a", new FakeChatClient(Script.Throw(new Refusal(FailureKind.ContextLengthExceeded))), endpoint =>
            {
                endpoint.ContextWindow = 8000;
                endpoint.PrependFailureClassifier(new RefusalClassifier());
            })
            .Endpoint("b", smaller, endpoint => endpoint.ContextWindow = 4000)
            .Endpoint("c", new FakeChatClient(Script.Answer("large")), endpoint => endpoint.ContextWindow = 128_000);

        Assert.Equal("large", (await chain.Client.AskAsync(streaming)).Text);
        Assert.Equal(0, smaller.Calls);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_request_that_has_failed_once_does_not_probe_while_another_endpoint_is_well(bool streaming)
    {
        var recovering = new FakeChatClient(Script.Answer("recovering"));
        using var chain = new TestChain()
            .Endpoint("a", Script.Throw(new IOException()))
            .Endpoint("b", recovering)
            .Endpoint("c", Script.Answer("c"));
        chain.Endpoints.Eject("b");
        chain.Clock.Advance(TimeSpan.FromSeconds(10));

        Assert.Equal("c", (await chain.Client.AskAsync(streaming)).Text);
        Assert.Equal(0, recovering.Calls);

        // With nobody else left it does.
        chain.Endpoints.Drain("c");
        Assert.Equal("recovering", (await chain.Client.AskAsync(streaming)).Text);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_a_ramp_does_not_admit_is_served_by_it_all_the_same_if_nobody_else_can(bool streaming)
    {
        using var chain = new TestChain().Endpoint("a", Script.Answer("a"));
        chain.Endpoints.Eject("a");
        chain.Clock.Advance(TimeSpan.FromSeconds(10));

        for (var i = 0; i < 20; i++)
        {
            Assert.Equal("a", (await chain.Client.AskAsync(streaming)).Text);
        }
    }

    [Fact]
    public async Task In_a_panic_ejections_are_ignored()
    {
        using var chain = new TestChain()
            .Endpoint("a", Script.Answer("a")).Endpoint("b", Script.Answer("b")).Endpoint("c", Script.Answer("c"))
            .With(options => options.PanicThreshold = 0.5);
        chain.Endpoints.Eject("a");
        Assert.Equal("b", (await chain.Client.AskAsync(streaming: true)).Text);

        chain.Endpoints.Eject("b");

        Assert.Equal("a", (await chain.Client.AskAsync(streaming: true)).Text);
    }
}
