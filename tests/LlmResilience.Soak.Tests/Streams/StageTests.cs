using LlmResilience.TestUtils;
using Microsoft.Extensions.AI;

namespace LlmResilience.Soak.Tests.Streams;

/// <summary>A request that the app cancels, or whose stream it disposes, at each stage: nothing is left, by count, and nobody's health has changed.</summary>
public sealed class StageTests
{
    private readonly VirtualTimeProvider _clock = new();

    public enum Stage
    {
        BeforeFirstToken,
        AfterPreamble,
        AfterFirstToken,
        InMidStream,
        AtTheEnd,
        Retrying,
        FallingBack,
        Probing,
        WaitingForReturn,
    }

    public enum Way
    {
        Cancel,
        CancelEnumeration,
        Dispose,
    }

    public static TheoryData<Stage, Way> All()
    {
        var data = new TheoryData<Stage, Way>();
        foreach (var stage in Enum.GetValues<Stage>())
        {
            foreach (var way in Enum.GetValues<Way>())
            {
                data.Add(stage, way);
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task Stopping_leaves_nothing_behind(Stage stage, Way way)
    {
        var hang = new Script().ThenHang();
        FakeChatClient first = stage switch
        {
            Stage.BeforeFirstToken or Stage.Probing or Stage.WaitingForReturn => new(hang),
            Stage.AfterPreamble => new(Script.Updates(new ChatResponseUpdate { ResponseId = "id" }).ThenHang()),
            Stage.AfterFirstToken or Stage.InMidStream => new(new Script().Text("one", "two").ThenHang()),
            Stage.AtTheEnd => new(Script.Answer("one")),
            _ => new(Script.Throw(new IOException())),
        };
        FakeChatClient second = new(hang);
        using var client = Build(stage, first, second);
        var endpoints = client.Chain.Endpoints;
        if (stage is Stage.Probing or Stage.WaitingForReturn)
        {
            endpoints[0].Health.Eject(0);
            endpoints[1].Health.Drain();
            if (stage == Stage.Probing)
            {
                _clock.Advance(TimeSpan.FromSeconds(10));
            }
        }

        using var call = new CancellationTokenSource();
        using var enumeration = new CancellationTokenSource();
        var stream = client.GetStreamingResponseAsync("hi", cancellationToken: call.Token).GetAsyncEnumerator(enumeration.Token);
        var move = stage switch
        {
            Stage.AfterFirstToken => await MoveAsync(stream, 1),
            Stage.InMidStream => await MoveAsync(stream, 2, andAwaitOneMore: true),
            Stage.AtTheEnd => await MoveAsync(stream, 3),
            _ => stream.MoveNextAsync().AsTask(),
        };
        Assert.Equal(stage == Stage.Probing ? 1 : 0, ProbesInFlight(client));
        Assert.Equal(stage is Stage.AfterFirstToken or Stage.AtTheEnd, move is null);
        switch (way)
        {
            case Way.Cancel:
                await call.CancelAsync();
                break;
            case Way.CancelEnumeration:
                await enumeration.CancelAsync();
                break;
            default:
                await stream.DisposeAsync();
                break;
        }

        if (move is not null)
        {
            var exception = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => move.WaitAsync(TimeSpan.FromSeconds(30)));
            Assert.Equal(way == Way.Cancel ? call.Token : way == Way.CancelEnumeration ? enumeration.Token : default, exception.CancellationToken);
        }

        await stream.DisposeAsync();
        Assert.False(await stream.MoveNextAsync());
        for (var deadline = Environment.TickCount64 + 30_000; Held(client, first, second) != 0 && Environment.TickCount64 < deadline;)
        {
            await Task.Yield();
        }

        Assert.Equal(0, Held(client, first, second));
        Assert.Equal(0, ProbesInFlight(client));
        Assert.Equal(stage == Stage.FallingBack || (stage == Stage.Retrying) ? 1 : 0, endpoints[0].Health.GetSnapshot(endpoints[0].Clock.Now).FailureCount);
        Assert.Equal(0, endpoints[1].Health.GetSnapshot(endpoints[1].Clock.Now).SampleCount);
        Assert.Equal(stage == Stage.FallingBack ? 1 : 0, second.Calls);
    }

    private static async Task<Task<bool>?> MoveAsync(IAsyncEnumerator<ChatResponseUpdate> stream, int moves, bool andAwaitOneMore = false)
    {
        for (var i = 0; i < moves; i++)
        {
            await stream.MoveNextAsync();
        }

        return andAwaitOneMore ? stream.MoveNextAsync().AsTask() : null;
    }

    private static int ProbesInFlight(ResilientChatClient client)
        => client.Chain.Endpoints.Sum(endpoint => endpoint.Health.GetSnapshot(endpoint.Clock.Now).ProbesInFlight);

    private int Held(ResilientChatClient client, params FakeChatClient[] clients)
        => client.Chain.Endpoints.Sum(endpoint => endpoint.Load.InFlight + endpoint.Load.Abandoned) + clients.Sum(fake => fake.Calls - fake.DisposedStreams) + _clock.LiveTimers;

    private ResilientChatClient Build(Stage stage, FakeChatClient first, FakeChatClient second)
        => new LlmResilienceBuilder { TimeProvider = _clock }
            .Configure(options =>
            {
                options.EndpointDefaults.Ejection.JitterRatio = 0;
                options.EndpointDefaults.Retry.MaxRetryAttempts = stage == Stage.Retrying ? 1 : 0;
                options.AllUnavailableBehavior = AllUnavailableBehavior.Wait;
            })
            .AddEndpoint("a", first)
            .AddEndpoint("b", second)
            .Build();
}
