namespace LlmResilience.Testing.Tests.Gpu;

public sealed class SimulatedGpuTests
{
    private const int Prompt = 100;
    private static readonly TimeSpan Tick = TimeSpan.FromTicks(10);
    private readonly ManualTimeProvider _time = new();

    [Fact]
    public void First_token_comes_after_prefill_and_one_step()
    {
        using var gpu = Create();
        var sequence = Submit(gpu);

        _time.Advance(TimeSpan.FromMilliseconds(45) - Tick);
        Assert.False(sequence.Tokens.TryPeek(out _));

        _time.Advance(2 * Tick);
        Assert.True(sequence.Tokens.TryPeek(out var first));
        Assert.Equal(0, first);
    }

    [Fact]
    public void First_token_comes_later_the_more_sequences_run_and_wait()
    {
        var times = new[] { 0, 4, 8, 15, 16, 20, 40 }.Select(FirstTokenBehind).ToArray();

        Assert.Equal(times.Order(), times);
        Assert.Equal(times.Length, times.Distinct().Count());
        Assert.True(times[0] < TimeSpan.FromMilliseconds(50), $"{times[0]}");
        Assert.True(times[^1] > TimeSpan.FromSeconds(1), $"{times[^1]}");
    }

    [Theory]
    [InlineData(1, 50)]
    [InlineData(16, 20)]
    public void Each_sequence_is_slower_in_a_full_batch(int sequences, int tokensPerSecond)
    {
        using var gpu = Create();
        var all = Enumerable.Range(0, sequences).Select(_ => Submit(gpu, tokens: 1000)).ToArray();
        _time.Advance(TimeSpan.FromSeconds(5));
        all.ToList().ForEach(s => Drain(s));

        _time.Advance(TimeSpan.FromSeconds(10));

        Assert.All(all, s => Assert.InRange(Drain(s), (10 * tokensPerSecond) - 1, (10 * tokensPerSecond) + 1));
    }

    [Fact]
    public void A_long_prompt_slows_the_others_step_by_step()
    {
        using var gpu = Create();
        var writer = Submit(gpu, tokens: 1000);
        _time.Advance(TimeSpan.FromSeconds(1));
        Drain(writer);

        var reader = Submit(gpu, prompt: 4096);
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.InRange(Drain(writer), 5, 10);
        Assert.False(reader.Tokens.TryPeek(out _));
        _time.Advance(TimeSpan.FromSeconds(0.5));
        Assert.True(reader.Tokens.TryPeek(out _));
    }

    [Theory]
    [InlineData(60, 50)]
    [InlineData(5_000, 51)]
    public void A_late_timer_makes_up_for_a_little_time_but_not_for_much(int milliseconds, int tokens)
    {
        using var gpu = Create();
        var sequence = Submit(gpu, tokens: 1000);
        _time.Advance(TimeSpan.FromMilliseconds(45) + Tick);
        Drain(sequence);

        _time.Skip(TimeSpan.FromMilliseconds(milliseconds));
        _time.Advance(TimeSpan.FromMilliseconds(milliseconds < 1_000 ? 1_000 - milliseconds : 1_000));

        Assert.Equal(tokens, Drain(sequence));
    }

    [Fact]
    public void The_queue_is_first_in_first_out()
    {
        using var gpu = Create(slots: 1);
        var sequences = Enumerable.Range(0, 5).Select(_ => Submit(gpu, tokens: 1)).ToList();
        var order = new List<int>();
        while (order.Count < sequences.Count)
        {
            _time.Advance(TimeSpan.FromMilliseconds(1));
            order.AddRange(Enumerable.Range(0, 5).Where(i => !order.Contains(i) && sequences[i].Tokens.TryPeek(out _)));
        }

        Assert.Equal([0, 1, 2, 3, 4], order);
    }

    [Fact]
    public void Leaving_frees_the_slot_for_the_next_in_the_queue()
    {
        using var gpu = Create(slots: 1);
        var running = Submit(gpu);
        var next = Submit(gpu);
        Assert.Equal((1, 1), (gpu.Running, gpu.Queued));

        running.Dispose();

        Assert.Equal((1, 0), (gpu.Running, gpu.Queued));
        _time.Advance(TimeSpan.FromMilliseconds(200));
        Assert.True(next.Tokens.TryPeek(out _));
    }

    [Fact]
    public void Leaving_frees_the_place_in_the_queue()
    {
        using var gpu = Create(slots: 1, queue: 1);
        Submit(gpu);
        var queued = Submit(gpu);

        queued.Dispose();

        Assert.Equal((1, 0), (gpu.Running, gpu.Queued));
        Submit(gpu);
    }

    [Fact]
    public async Task Finished_sequences_leave_and_no_timer_runs_on()
    {
        using var gpu = Create();
        var sequence = Submit(gpu, tokens: 3);

        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(3, Drain(sequence));
        await sequence.Tokens.Completion;
        Assert.Equal((0, 0), (gpu.Running, gpu.Queued));
        Assert.Equal(0, _time.ActiveTimers);
    }

    [Fact]
    public async Task One_request_too_many_crashes_it_for_good()
    {
        using var gpu = Create(slots: 2, queue: 3);
        var sequences = Enumerable.Range(0, 5).Select(_ => Submit(gpu)).ToList();
        Assert.False(gpu.HasCrashed);

        Assert.False(gpu.TrySubmit(Prompt, 10, out _));

        Assert.True(gpu.HasCrashed);
        Assert.Equal((0, 0), (gpu.Running, gpu.Queued));
        Assert.False(gpu.TrySubmit(Prompt, 10, out _));
        Assert.Equal(0, _time.ActiveTimers);
        foreach (var sequence in sequences)
        {
            await Assert.ThrowsAsync<SimulatedCrashException>(() => sequence.Tokens.Completion);
            sequence.Dispose();
        }
    }

    private static int Drain(SimulatedSequence sequence)
    {
        var count = 0;
        while (sequence.Tokens.TryRead(out _))
        {
            count++;
        }

        return count;
    }

    private static SimulatedSequence Submit(SimulatedGpu gpu, int prompt = Prompt, int tokens = 40)
    {
        Assert.True(gpu.TrySubmit(prompt, tokens, out var sequence));
        return sequence;
    }

    private SimulatedGpu Create(int slots = 16, int queue = 64) =>
        new(new SimulatedGpuOptions { SlotCount = slots, MaxQueueLength = queue }.ValidatedCopy(), _time);

    private TimeSpan FirstTokenBehind(int others)
    {
        using var gpu = Create();
        for (var i = 0; i < others; i++)
        {
            Submit(gpu);
        }

        var start = _time.Now;
        var sequence = Submit(gpu);
        while (!sequence.Tokens.TryPeek(out _))
        {
            _time.Advance(TimeSpan.FromMilliseconds(1));
        }

        return _time.Now - start;
    }
}
