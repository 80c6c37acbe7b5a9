using System.Net;
using System.Net.Sockets;

namespace LlmResilience.Testing.Tests.OpenAI;

public sealed class SimulatedOpenAIServerTests : ServerFixture
{
    private readonly ManualTimeProvider _time = new();

    [Fact]
    public async Task One_request_too_many_crashes_the_server_until_its_restart_time_is_over()
    {
        await StartFrozenAsync();
        using var running = await AskAsync();
        using var queued = await AskAsync();
        await UntilAsync(static s => s is { RunningCount: 1, QueuedCount: 1 });

        Assert.NotNull(await Record.ExceptionAsync(async () => await ReadAsync(await AskAsync())));
        await UntilAsync(static s => s is { FailedCount: 3, IsDown: true, CrashCount: 1, RunningCount: 0, QueuedCount: 0 });
        Assert.NotNull((await ReadToFailureAsync(running)).Error);
        Assert.NotNull((await ReadToFailureAsync(queued)).Error);
        await AssertRefusedAsync();

        _time.Advance(TimeSpan.FromSeconds(4));
        await AssertRefusedAsync();
        Assert.Equal(TimeSpan.FromSeconds(4), Server.GetStatistics().Downtime);

        var port = Server.BaseAddress.Port;
        _time.Advance(TimeSpan.FromSeconds(1));
        await UntilAsync(static s => !s.IsDown);
        Assert.Equal(port, Server.BaseAddress.Port);
        using var next = await AskAsync();
        await UntilAsync(static s => s is { RunningCount: 1, QueuedCount: 0 });
        Assert.Equal(TimeSpan.FromSeconds(5), Server.GetStatistics().Downtime);
    }

    [Fact]
    public async Task A_client_that_leaves_frees_its_slot_and_its_place()
    {
        await StartFrozenAsync();
        var running = await AskAsync();
        var queued = await AskAsync();
        await UntilAsync(static s => s is { RunningCount: 1, QueuedCount: 1 });

        queued.Dispose();
        await UntilAsync(static s => s is { RunningCount: 1, QueuedCount: 0, AbortedCount: 1 });
        running.Dispose();
        await UntilAsync(static s => s is { RunningCount: 0, QueuedCount: 0, AbortedCount: 2, CrashCount: 0 });
    }

    [Fact]
    public async Task Crash_on_demand_comes_back_by_itself_on_the_same_port_again_and_again()
    {
        await StartAsync(o => o.TimeProvider = _time);
        for (var i = 1; i <= 5; i++)
        {
            using var open = await AskAsync();
            await Server.CrashAsync(Limit);
            Assert.NotNull((await ReadToFailureAsync(open)).Error);
            await AssertRefusedAsync();
            Assert.Equal(i, Server.GetStatistics().CrashCount);

            _time.Advance(TimeSpan.FromSeconds(5));
            await UntilAsync(static s => !s.IsDown);
            (await Client.GetAsync(Url("/models"), Limit)).Dispose();
        }
    }

    [Fact]
    public async Task A_crash_cuts_idle_connections_too()
    {
        await StartAsync(o => o.TimeProvider = _time);
        (await Client.GetAsync(Url("/models"), Limit)).Dispose();

        await Server.CrashAsync(Limit);

        await AssertRefusedAsync();
    }

    [Fact]
    public async Task Stop_lasts_until_restart()
    {
        await StartAsync(o => o.TimeProvider = _time);
        await Server.CrashAsync(Limit);
        await Server.StopAsync(Limit);
        _time.Advance(TimeSpan.FromMinutes(10));
        await AssertRefusedAsync();

        await Server.RestartAsync(Limit);

        (await Client.GetAsync(Url("/models"), Limit)).Dispose();
        Assert.Equal((1, TimeSpan.FromMinutes(10)), (Server.GetStatistics().CrashCount, Server.GetStatistics().Downtime));
    }

    [Fact]
    public async Task Restart_after_a_crash_calls_the_timer_off()
    {
        await StartAsync(o => o.TimeProvider = _time);
        await Server.CrashAsync(Limit);
        await Server.RestartAsync(Limit);
        await Server.RestartAsync(Limit);
        await Server.StopAsync(Limit);

        _time.Advance(TimeSpan.FromMinutes(1));

        await AssertRefusedAsync();
    }

    [Fact]
    public async Task Dispose_cuts_open_streams_and_frees_the_port()
    {
        await StartFrozenAsync();
        using var open = await AskAsync();

        await Server.DisposeAsync();
        await Server.DisposeAsync();

        Assert.NotNull((await ReadToFailureAsync(open)).Error);
        await AssertRefusedAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => Server.RestartAsync(Limit));
        await using var other = await SimulatedOpenAIServer.StartAsync(new() { Port = Server.BaseAddress.Port }, Limit);
        Assert.Equal(Server.BaseAddress, other.BaseAddress);
    }

    [Fact]
    public async Task A_hundred_streams_at_once_are_served_in_full()
    {
        await StartAsync(o => (o.Gpu.SlotCount, o.TokensPerAnswer) = (20, 20));

        var answers = await Task.WhenAll(Enumerable.Range(0, 80).Select(async _ => await ReadAsync(await AskAsync())));

        Assert.All(answers, a => Assert.Equal(20, CountTokens(a)));
        await UntilAsync(static s => s is { RequestCount: 80, CompletedCount: 80, RunningCount: 0, QueuedCount: 0 });
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_client_that_leaves_at_the_end_of_its_answer_has_not_aborted(bool streaming)
    {
        await StartAsync();
        for (var i = 0; i < 200; i++)
        {
            using var response = await AskAsync(streaming);
            using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(Limit));
            while (await reader.ReadLineAsync(Limit) is not (null or "data: [DONE]"))
            {
            }
        }

        await UntilAsync(static s => s.CompletedCount + s.AbortedCount + s.FailedCount == 200);
        Assert.Equal(200, Server.GetStatistics().CompletedCount);
    }

    [Fact]
    public async Task A_client_that_leaves_within_its_request_has_aborted()
    {
        await StartAsync();
        using (var client = new TcpClient())
        {
            await client.ConnectAsync(IPAddress.Loopback, Server.BaseAddress.Port, Limit);
            await client.GetStream().WriteAsync("POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Length: 99\r\n\r\n{"u8.ToArray(), Limit);
            await UntilAsync(static s => s.RequestCount == 1);
        }

        await UntilAsync(static s => s is { AbortedCount: 1, FailedCount: 0 });
    }

    [Fact]
    public async Task A_condition_that_throws_reaches_the_waiter()
    {
        await StartAsync();

        await Assert.ThrowsAsync<InvalidTimeZoneException>(() => Server.WaitForAsync(static _ => throw new InvalidTimeZoneException(), Limit));
    }

    [Fact]
    public async Task Options_are_checked_and_then_left_alone()
    {
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => SimulatedOpenAIServer.StartAsync(new() { Gpu = { SlotCount = 0 } }, Limit));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => SimulatedOpenAIServer.StartAsync(new() { Gpu = { DecodeTokensPerSecond = 1 } }, Limit));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => SimulatedOpenAIServer.StartAsync(new() { Port = 65536 }, Limit));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => SimulatedOpenAIServer.StartAsync(new() { RestartDelay = TimeSpan.FromSeconds(-1) }, Limit));
        await Assert.ThrowsAsync<ArgumentException>(() => SimulatedOpenAIServer.StartAsync(new() { ModelId = "" }, Limit));
    }

    /// <summary>Time stands still: who has a slot keeps it. One slot, one place in the queue.</summary>
    private Task StartFrozenAsync() => StartAsync(o => (o.TimeProvider, o.Gpu.SlotCount, o.Gpu.MaxQueueLength) = (_time, 1, 1));
}
