using System.Diagnostics.CodeAnalysis;

namespace LlmResilience.Testing;

/// <summary>A GPU under an inference engine with continuous batching.</summary>
/// <remarks>
/// Time passes in steps. In each, every sequence whose prompt is read gets one token, and a chunk of the prompts that
/// came in is read, oldest first. The more sequences and prompt tokens a step has, the longer it takes: load slows
/// everyone down. One timer drives it all, and none runs while there is nothing to do.
/// </remarks>
internal sealed class SimulatedGpu : IDisposable
{
    /// <summary>What a starved machine makes up for. Beyond it the lost time stays lost, or all tokens would come in one burst.</summary>
    private static readonly TimeSpan MaxLag = TimeSpan.FromMilliseconds(100);

    private readonly SimulatedGpuOptions _options;
    private readonly BatchTiming _timing;
    private readonly TimeProvider _timeProvider;
    private readonly Action? _changed;
    private readonly Lock _lock = new();
    private readonly List<SimulatedSequence> _running = [];
    private readonly LinkedList<SimulatedSequence> _queue = [];
    private readonly ITimer _timer;
    private readonly long _start;
    private TimeSpan _stepEnd;
    private bool _inStep;
    private volatile bool _crashed;

    public SimulatedGpu(SimulatedGpuOptions options, TimeProvider timeProvider, Action? changed = null)
    {
        _options = options;
        _timing = new BatchTiming(options);
        _timeProvider = timeProvider;
        _changed = changed;
        _start = timeProvider.GetTimestamp();
        _timer = timeProvider.CreateTimer(static gpu => ((SimulatedGpu)gpu!).OnStepEnd(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public int Running => Read(_running);

    public int Queued => Read(_queue);

    public bool HasCrashed => _crashed;

    private TimeSpan Now => _timeProvider.GetElapsedTime(_start);

    /// <summary>Takes a request in, or crashes because one too many waits.</summary>
    /// <returns><see langword="false"/> if the GPU has crashed, now or before.</returns>
    public bool TrySubmit(int promptTokens, int tokens, [NotNullWhen(true)] out SimulatedSequence? sequence)
    {
        sequence = new SimulatedSequence(this, promptTokens, tokens);
        lock (_lock)
        {
            if (_crashed || !TryEnter_NeedsLock(sequence))
            {
                Crash_NeedsLock();
                sequence = null;
            }
        }

        _changed?.Invoke();
        return sequence is not null;
    }

    /// <summary>Ends every sequence with a <see cref="SimulatedCrashException"/>. There is no way back: a restarted server has a new GPU.</summary>
    public void Crash()
    {
        lock (_lock)
        {
            Crash_NeedsLock();
        }

        _changed?.Invoke();
    }

    public void Dispose() => Crash();

    internal void Remove(SimulatedSequence sequence)
    {
        lock (_lock)
        {
            if (_running.Remove(sequence))
            {
                FillSlots_NeedsLock();
            }
            else if (!_queue.Remove(sequence))
            {
                return;
            }

            sequence.End(null);
        }

        _changed?.Invoke();
    }

    private int Read(IReadOnlyCollection<SimulatedSequence> sequences)
    {
        lock (_lock)
        {
            return sequences.Count;
        }
    }

    private bool TryEnter_NeedsLock(SimulatedSequence sequence)
    {
        if (_running.Count < _options.SlotCount)
        {
            _running.Add(sequence);
        }
        else if (_queue.Count < _options.MaxQueueLength)
        {
            _queue.AddLast(sequence);
        }
        else
        {
            return false;
        }

        if (!_inStep)
        {
            BeginStep_NeedsLock(Now);
        }

        return true;
    }

    private void Crash_NeedsLock()
    {
        _crashed = true;
        _inStep = false;
        _timer.Dispose();
        foreach (var sequence in _running.Concat(_queue))
        {
            sequence.End(new SimulatedCrashException());
        }

        _running.Clear();
        _queue.Clear();
    }

    private void OnStepEnd()
    {
        bool changed;
        lock (_lock)
        {
            if (!_inStep)
            {
                return;
            }

            var before = _running.Count;
            foreach (var sequence in _running)
            {
                EndStep_NeedsLock(sequence);
            }

            changed = _running.RemoveAll(static s => s.IsDone) > 0;
            FillSlots_NeedsLock();
            var now = Now;
            BeginStep_NeedsLock(now - _stepEnd > MaxLag ? now : _stepEnd);
        }

        if (changed)
        {
            _changed?.Invoke();
        }
    }

    private void BeginStep_NeedsLock(TimeSpan at)
    {
        _inStep = _running.Count > 0;
        if (!_inStep)
        {
            return;
        }

        var budget = _options.PrefillTokensPerStep;
        var sequences = 0;
        foreach (var sequence in _running)
        {
            sequence.DecodesInStep = sequence.PromptTokensLeft == 0;
            sequence.PromptTokensInStep = Math.Min(sequence.PromptTokensLeft, budget);
            budget -= sequence.PromptTokensInStep;
            sequences += sequence.DecodesInStep || sequence.PromptTokensInStep > 0 ? 1 : 0;
        }

        _stepEnd = at + _timing.StepTime(sequences, _options.PrefillTokensPerStep - budget);
        var due = _stepEnd - Now;
        _timer.Change(due > TimeSpan.Zero ? due : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }

    private static void EndStep_NeedsLock(SimulatedSequence sequence)
    {
        var read = sequence.PromptTokensInStep;
        sequence.PromptTokensInStep = 0;
        sequence.PromptTokensLeft -= read;
        if (sequence.DecodesInStep || (read > 0 && sequence.PromptTokensLeft == 0))
        {
            sequence.Emit();
        }
    }

    private void FillSlots_NeedsLock()
    {
        while (_running.Count < _options.SlotCount && _queue.First is { } next)
        {
            _queue.RemoveFirst();
            _running.Add(next.Value);
        }
    }
}
