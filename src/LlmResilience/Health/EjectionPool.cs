namespace LlmResilience.Health;

/// <summary>The endpoints that share one cap on ejections and the lock under which all of them change state.</summary>
/// <remarks>Transitions are rare, and the cap belongs to the pool, so one lock serves all; successes and admissions to healthy endpoints never take it.</remarks>
internal sealed class EjectionPool(double maxEjectedRatio = 1)
{
    private volatile EndpointHealth[] _members = [];

    // Completed and replaced at every transition: those who wait for an endpoint look again.
    private volatile TaskCompletionSource _changed = NewSignal();

    public object Lock { get; } = new();

    public double MaxEjectedRatio { get; set; } = maxEjectedRatio;

    public IReadOnlyList<EndpointHealth> Members => _members;

    public Task Changed => _changed.Task;

    public void SetMembers(IEnumerable<EndpointHealth> members)
    {
        lock (Lock)
        {
            _members = [.. members];
            SignalChange_NeedsLock();
        }
    }

    // Counted from the live members, never stored: a stored count leaks when an ejected endpoint is removed.
    public int Held_NeedsLock(long now) => _members.Count(member => member.IsHeld_NeedsLock(now));

    public int AllowedEjections => EjectionFormulas.AllowedEjections(_members.Length, MaxEjectedRatio);

    public bool AllowsEjection_NeedsLock(long now) => Held_NeedsLock(now) < AllowedEjections;

    public void SignalChange()
    {
        lock (Lock)
        {
            SignalChange_NeedsLock();
        }
    }

    public void SignalChange_NeedsLock()
    {
        var signal = _changed;
        _changed = NewSignal();
        signal.SetResult();
    }

    public bool IsPanic(long now, double threshold) => threshold > 0 && IsPanicBelow(now, threshold);

    private bool IsPanicBelow(long now, double threshold)
    {
        lock (Lock)
        {
            return _members.Count(member => member.IsWell_NeedsLock(now)) < threshold * _members.Length;
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
