namespace LlmResilience.Health;

/// <summary>Notices that an endpoint fails too often: by the share of failures in a sliding window (Hystrix, Polly), or by failures in a row (Envoy).</summary>
/// <remarks>Everything is asked under the pool's lock, except for <see cref="RecordSuccess"/>: successes are the common case and take none.</remarks>
internal struct FailureDetector(EjectionSettings settings)
{
    private SlidingWindow _window = new(settings.Window, settings.Buckets);

    // The generation above; below, 1 from a failure on until a success. In one word, so that a success of an older generation that comes
    // late cannot end the new one's runs. What the runs hold counts only while it is 1.
    private long _hasFailed;
    private FailureRuns _runs;

    /// <summary>Whether nothing has gone well since the last failure.</summary>
    public bool HasFailed => (int)Volatile.Read(ref _hasFailed) != 0;

    public int ConsecutiveFailures => HasFailed ? _runs.All : 0;

    /// <summary>Counts a success and ends the runs. Needs no lock.</summary>
    public void RecordSuccess(long now, uint generation)
    {
        // A reload may replace the window just now: the sample then goes where all the samples of the old window go.
        Volatile.Read(ref _window).Record(now, generation, failure: false);

        // Read first: while all is well the line stays shared among the cores.
        var hasFailed = Volatile.Read(ref _hasFailed);
        if ((int)hasFailed != 0 && (uint)(hasFailed >> 32) == generation)
        {
            // Whoever else has written it meanwhile has ended the runs as well, or the generation.
            Interlocked.CompareExchange(ref _hasFailed, Word(generation, hasFailed: false), hasFailed);
        }
    }

    /// <summary>Counts a failure.</summary>
    /// <returns>What ejects the endpoint now; <see langword="null"/> if nothing does. A success that ends the runs an instant later does not undo it.</returns>
    public EjectionReason? RecordFailure(in Failure failure, long now, uint generation, EjectionSettings settings)
    {
        if ((int)Interlocked.Exchange(ref _hasFailed, Word(generation, hasFailed: true)) == 0)
        {
            _runs = default;
        }

        if (settings.SplitConnectionFailures && FailureOrigin.IsConnection(failure))
        {
            _runs.AddConnectionOnly();
            return settings.Enabled ? FiresByConnections(settings) : null;
        }

        _window.Record(now, generation, failure: true);
        _runs.Add(failure);
        return settings.Enabled ? Fires(now, generation, settings) : null;
    }

    /// <summary>Something answered, though it was no success: the connection works.</summary>
    public void RecordResponse() => _runs.EndConnectionRun();

    public readonly (int Total, int Failures) Sum(long now, uint generation) => _window.Sum(now, generation);

    /// <summary>Ends the runs; the window's samples are of an older generation from now on, and count no more.</summary>
    public void BeginGeneration(uint generation) => Interlocked.Exchange(ref _hasFailed, Word(generation, hasFailed: false));

    /// <summary>A window of another length or grain starts empty.</summary>
    public void ReplaceWindow(EjectionSettings settings) => Volatile.Write(ref _window, new SlidingWindow(settings.Window, settings.Buckets));

    private static long Word(uint generation, bool hasFailed) => ((long)generation << 32) | (hasFailed ? 1L : 0L);

    private static bool Reaches(int run, int threshold) => threshold > 0 && run >= threshold;

    // The narrower reason first: it says more.
    private readonly EjectionReason? Fires(long now, uint generation, EjectionSettings settings)
    {
        if (Reaches(_runs.Gateway, settings.ConsecutiveGatewayFailureThreshold))
        {
            return EjectionReason.ConsecutiveGatewayFailures;
        }

        if (FiresByConnections(settings) is { } reason)
        {
            return reason;
        }

        if (Reaches(_runs.All, settings.ConsecutiveFailureThreshold))
        {
            return EjectionReason.ConsecutiveFailures;
        }

        if (settings.FailureRatio <= 0)
        {
            return null;
        }

        var (total, failures) = Sum(now, generation);
        return EjectionFormulas.Trips(total, failures, settings.MinimumThroughput, settings.FailureRatio) ? EjectionReason.FailureRatio : null;
    }

    private readonly EjectionReason? FiresByConnections(EjectionSettings settings)
        => Reaches(_runs.Connection, settings.ConsecutiveConnectionFailureThreshold) ? EjectionReason.ConsecutiveConnectionFailures : null;
}
