using Microsoft.Extensions.AI;

namespace LlmResilience.Tests.Configuration;

/// <summary>What a reload of a client does to those who share its endpoints, also to a request of theirs that waits.</summary>
public sealed class SharedReloadTests : IDisposable
{
    private readonly VirtualTimeProvider _clock = new();
    private readonly ChangingConfiguration _first = new("a", "b");
    private readonly ChangingConfiguration _second = new("x");
    private readonly ResilientChatClient _firstClient;
    private readonly ResilientChatClient _secondClient;

    public SharedReloadTests()
    {
        _first.Change(("AllUnavailableBehavior", "Wait"));
        _firstClient = Build(_first);
        _secondClient = Build(_second);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_next_request_sees_an_endpoint_that_is_added(bool streaming)
    {
        var shared = _firstClient.WithEndpoints(["c", "a"]);
        Assert.Equal("a", (await shared.AskAsync(streaming)).Text);

        _first.AddEndpoint(2, "c");

        Assert.Equal("c", (await shared.AskAsync(streaming)).Text);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_request_that_waits_gets_an_endpoint_that_is_added(bool streaming)
    {
        Drain(_firstClient, "a");
        var waiting = _firstClient.WithEndpoints(["c", "a"]).AskAsync(streaming);
        Assert.False(waiting.IsCompleted);

        _first.AddEndpoint(2, "c");

        Assert.Equal("c", (await EndAsync(waiting)).Text);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_request_that_waits_gets_an_endpoint_that_comes_back_with_another_key(bool streaming)
    {
        Drain(_firstClient, "a");
        var waiting = _firstClient.WithEndpoints(["a"]).AskAsync(streaming);
        Assert.False(waiting.IsCompleted);

        _first.Change(("Endpoints:0:ApiKey", "sk-rotated"));

        Assert.Equal("a", (await EndAsync(waiting)).Text);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_request_that_waits_is_not_given_an_endpoint_that_it_did_not_name(bool streaming)
    {
        Drain(_firstClient, "a");
        var waiting = _firstClient.WithEndpoints(["a"]).AskAsync(streaming);

        _first.AddEndpoint(2, "c");
        Assert.False(waiting.IsCompleted);
        _firstClient.GetService<LlmEndpoints>()!.Restore("a");

        Assert.Equal("a", (await EndAsync(waiting)).Text);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_request_that_waits_for_two_clients_gets_an_endpoint_that_the_first_adds(bool streaming)
    {
        Drain(_firstClient, "a", "b");
        Drain(_secondClient, "x");
        var waiting = _firstClient.FollowedBy(_secondClient).AskAsync(streaming);
        Assert.False(waiting.IsCompleted);

        _first.AddEndpoint(2, "c");

        Assert.Equal("c", (await EndAsync(waiting)).Text);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_request_that_waits_for_two_clients_gets_an_endpoint_that_the_second_adds(bool streaming)
    {
        Drain(_firstClient, "a", "b");
        Drain(_secondClient, "x");
        var waiting = _firstClient.FollowedBy(_secondClient).AskAsync(streaming);
        Assert.False(waiting.IsCompleted);

        _second.AddEndpoint(1, "y");

        Assert.Equal("y", (await EndAsync(waiting)).Text);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_request_that_waits_for_two_clients_gets_an_endpoint_that_the_second_restores(bool streaming)
    {
        Drain(_firstClient, "a", "b");
        Drain(_secondClient, "x");
        var waiting = _firstClient.FollowedBy(_secondClient).AskAsync(streaming);

        _secondClient.GetService<LlmEndpoints>()!.Restore("x");

        Assert.Equal("x", (await EndAsync(waiting)).Text);
    }

    public void Dispose()
    {
        _firstClient.Dispose();
        _secondClient.Dispose();
    }

    // No time passes here: who is not woken waits for ever.
    private static Task<ChatResponse> EndAsync(Task<ChatResponse> waiting) => waiting.WaitAsync(Eventually.Patience, TestContext.Current.CancellationToken);

    private static void Drain(ResilientChatClient client, params string[] names)
    {
        foreach (var name in names)
        {
            client.GetService<LlmEndpoints>()!.Drain(name);
        }
    }

    private ResilientChatClient Build(ChangingConfiguration configuration)
        => new LlmResilienceBuilder { TimeProvider = _clock }.AddProvider(new ReloadingProvider()).Bind(configuration.Section).Build();
}
