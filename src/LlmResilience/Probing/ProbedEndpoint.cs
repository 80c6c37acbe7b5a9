using LlmResilience.Endpoints;
using LlmResilience.Health;
using LlmResilience.Utilities;

namespace LlmResilience.Probing;

/// <summary>The active probes of one endpoint, one at a time.</summary>
/// <remarks>
/// A probe whose time is over is abandoned: its endpoint has failed it, its late result is dropped, and there is no other until its client
/// lets go of it. Each turn that passes meanwhile is one more failure.
/// </remarks>
internal sealed class ProbedEndpoint(Endpoint endpoint) : IDisposable
{
    private const int Idle = 0;
    private const int Asking = 1;
    private const int Abandoned = 2;

    // Of an interval, so that endpoints and instances that began together drift apart.
    private const double JitterRatio = 0.1;

    private static readonly long LongestPause = TimeSpan.FromMinutes(5).Ticks;

    // Held while a verdict is counted and taken to the health; nothing foreign is called under it.
    private readonly object _gate = new();
    private readonly CancellationTokenSource _stop = new();
    private ProbeCount _count;
    private bool _isStopped;
    private bool _saidNothing;
    private int _phase;
    private long _abandonedAt;
    private long _notBefore;

    /// <summary>When it is the endpoint's turn again. The prober's, under its lock.</summary>
    public long DueAt { get; private set; } = long.MaxValue;

    /// <summary>A probe is under way, abandoned or not.</summary>
    public bool IsBusy => Volatile.Read(ref _phase) != Idle;

    private ActiveProbeOptions Options => endpoint.Settings.ActiveProbe;

    /// <summary>The first turn: somewhere in the first interval, since whatever starts together should not probe together.</summary>
    public void PlanFirst(long now) => DueAt = now + (long)(Options.Interval.Ticks * Random.Shared.NextDouble());

    public void PlanNext(long now) => DueAt = Ticks.Add(now, (long)(Options.Interval.Ticks * (1 + (JitterRatio * Random.Shared.NextDouble()))));

    /// <summary>The options may have changed: a shorter interval holds at once.</summary>
    public void Replan(long now) => DueAt = Math.Min(DueAt, Ticks.Add(now, Options.Interval.Ticks));

    /// <summary>Begins a probe if the endpoint is to be probed now. Called by a timer: nothing foreign is called here.</summary>
    public void TakeTurn(long now)
    {
        var need = endpoint.Health.GetProbeNeed(now);
        var isWanted = need.IsInDoubt || Options.Scope == ActiveProbeScope.All;
        if (!need.MayBeProbed || !isWanted || now < Volatile.Read(ref _notBefore))
        {
            return;
        }

        if (Interlocked.CompareExchange(ref _phase, Asking, Idle) == Idle)
        {
            _ = ProbeAsync(need.Generation);
        }
        else if (Volatile.Read(ref _phase) == Abandoned && now - Volatile.Read(ref _abandonedAt) >= Options.Timeout.Ticks)
        {
            // Its client has had the time to let go, and has not.
            _ = Task.Run(() => Book(ProbeVerdict.Ill, need.Generation));
        }
    }

    /// <summary>Probes no more. What is under way is canceled, and its result is dropped.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _isStopped = true;
        }

        // Not disposed: canceled, it has nothing left to give back, and that could overtake what is still to run.
        _stop.CancelQuietly();
    }

    /// <summary>The endpoint stays without its probes: nothing may keep it out that no probe could take back.</summary>
    public void Forget()
    {
        var now = endpoint.Clock.Now;
        endpoint.Tell(endpoint.Health.SetActive(isWell: true, endsEjection: false, now), now);
    }

    private async Task ProbeAsync(uint generation)
    {
        var (clock, timeout) = (endpoint.Clock, Options.Timeout);

        // Its client's token is its own: it is disposed only when the client has let go.
        var cancellation = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var asking = Task.Run(
            () =>
            {
                begun.SetResult();
                cancellation.Token.ThrowIfCancellationRequested();
                return ProbeRequest.SendAsync(endpoint, cancellation.Token);
            },
            CancellationToken.None);

        // The time in which the pool has no thread is not the endpoint's.
        await begun.Task.ConfigureAwait(false);
        var startedAt = clock.Now;
        await ((Task)asking).WaitAsync(timeout, clock.TimeProvider, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

        Failure? failure;
        ProbeVerdict verdict;
        var isAbandoned = !asking.IsCompleted;
        if (isAbandoned)
        {
            // A timer that is far too late, since the machine slept, says nothing, not even that there was a failure.
            var wasLate = TimerLateness.IsFar(clock.Now, startedAt + timeout.Ticks, timeout.Ticks);
            failure = wasLate ? null : new Failure(FailureKind.ResponseTimeout);
            verdict = wasLate ? ProbeVerdict.None : ProbeVerdicts.Of(failure!.Value, endpoint.Settings);
            Volatile.Write(ref _abandonedAt, clock.Now);
            Volatile.Write(ref _phase, Abandoned);
            _ = EndAbandonedAsync(asking, cancellation);
            cancellation.CancelQuietly();
        }
        else
        {
            failure = FailureOf(asking);
            verdict = failure is { } found ? ProbeVerdicts.Of(found, endpoint.Settings) : ProbeVerdict.Well;
            cancellation.Dispose();
        }

        PauseAsAsked(failure);
        Book(verdict, generation, release: !isAbandoned);
        Tell(failure, verdict);
    }

    private async Task EndAbandonedAsync(Task<Failure?> asking, CancellationTokenSource cancellation)
    {
        await ((Task)asking).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _ = asking.Exception;
        cancellation.Dispose();
        Volatile.Write(ref _phase, Idle);
    }

    private Failure? FailureOf(Task<Failure?> asking)
    {
        if (asking.IsCompletedSuccessfully)
        {
#pragma warning disable VSTHRD002 // It has completed.
            return asking.Result;
#pragma warning restore VSTHRD002
        }

        return endpoint.Classify(asking.Exception?.InnerException ?? new TaskCanceledException(asking));
    }

    // A provider that wants to be left alone is, though others' requests do not have to know.
    private void PauseAsAsked(in Failure? failure)
    {
        if (failure?.RetryAfter is { } wait)
        {
            Volatile.Write(ref _notBefore, Ticks.Add(endpoint.Clock.Now, Math.Min(wait.Ticks, LongestPause)));
        }
    }

    private void Book(ProbeVerdict verdict, uint generation, bool release = false)
    {
        var change = HealthChange.None;
        var now = endpoint.Clock.Now;
        lock (_gate)
        {
            var isOutdated = endpoint.Health.GetProbeNeed(now).Generation != generation;
            if (!_isStopped && !isOutdated && _count.Add(verdict, generation, Options) is { } isWell)
            {
                change = endpoint.Health.SetActive(isWell, Options.EndsEjection, now);
            }
        }

        if (release)
        {
            // Before anything is told: whoever listens may never return.
            Volatile.Write(ref _phase, Idle);
        }

        endpoint.Tell(change, now);
    }

    private void Tell(in Failure? failure, ProbeVerdict verdict)
    {
        if (_stop.IsCancellationRequested || (verdict == ProbeVerdict.None && failure is null))
        {
            return;
        }

        endpoint.Telemetry.Probed(failure, isGood: verdict == ProbeVerdict.Well);
        if (verdict != ProbeVerdict.None)
        {
            _saidNothing = false;
        }
        else if (!_saidNothing && endpoint.Health.GetSnapshot(endpoint.Clock.Now).State == EndpointState.Unhealthy)
        {
            _saidNothing = true;
            endpoint.Telemetry.ProbeSaysNothing(failure!.Value.Kind);
        }
    }
}
