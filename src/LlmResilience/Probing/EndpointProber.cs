using LlmResilience.Endpoints;
using LlmResilience.Utilities;

namespace LlmResilience.Probing;

/// <summary>Sends active probes to a client's endpoints, those whose options want them, with one timer.</summary>
/// <remarks>
/// The timer only says whose turn it is: probes run on the thread pool, and what they find out is told there. It does not keep a client
/// alive that its app has forgotten. Without an endpoint to probe there is no timer.
/// </remarks>
internal sealed class EndpointProber(Func<IReadOnlyList<Endpoint>> findEndpoints, MonotonicClock clock) : IDisposable
{
    private readonly object _lock = new();
    private readonly Dictionary<Endpoint, ProbedEndpoint> _probed = [];
    private ITimer? _timer;
    private bool _isStopped;

    /// <summary>How many endpoints have a probe under way, abandoned or not.</summary>
    public int BusyCount
    {
        get
        {
            lock (_lock)
            {
                return _probed.Values.Count(static probed => probed.IsBusy);
            }
        }
    }

    /// <summary>Follows the chain as it is now: endpoints and options that have come, changed or gone.</summary>
    public void Follow()
    {
        var gone = new List<(ProbedEndpoint Probed, bool IsInUse)>();
        lock (_lock)
        {
            if (_isStopped)
            {
                return;
            }

            var now = clock.Now;
            var endpoints = findEndpoints();
            foreach (var endpoint in _probed.Keys.Where(endpoint => !IsProbed(endpoint) || !endpoints.Contains(endpoint)).ToList())
            {
                _probed.Remove(endpoint, out var probed);
                gone.Add((probed!, endpoints.Contains(endpoint)));
            }

            foreach (var endpoint in endpoints.Where(IsProbed))
            {
                if (_probed.TryGetValue(endpoint, out var probed))
                {
                    probed.Replan(now);
                    continue;
                }

                _probed[endpoint] = probed = new ProbedEndpoint(endpoint);
                probed.PlanFirst(now);
            }

            SetTimer_NeedsLock(now);
        }

        foreach (var (probed, isInUse) in gone)
        {
            probed.Dispose();
            if (isInUse)
            {
                probed.Forget();
            }
        }
    }

    /// <summary>Probes no more, for good. What the probes have found out stays.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            _isStopped = true;
            _timer?.Dispose();
        }

        foreach (var probed in _probed.Values)
        {
            probed.Dispose();
        }
    }

    private static bool IsProbed(Endpoint endpoint) => endpoint.Settings.ActiveProbe.Enabled;

    private static void OnTimer(object? prober)
    {
        if (((WeakReference<EndpointProber>)prober!).TryGetTarget(out var alive))
        {
            alive.GiveTurns();
        }
    }

    private void GiveTurns()
    {
        var due = new List<ProbedEndpoint>();
        var now = clock.Now;
        lock (_lock)
        {
            if (_isStopped)
            {
                return;
            }

            foreach (var probed in _probed.Values.Where(probed => now >= probed.DueAt))
            {
                probed.PlanNext(now);
                due.Add(probed);
            }

            SetTimer_NeedsLock(now);
        }

        due.ForEach(probed => probed.TakeTurn(now));
    }

    private void SetTimer_NeedsLock(long now)
    {
        if (_probed.Count == 0)
        {
            _timer?.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            return;
        }

        _timer ??= CreateTimer();
        var next = _probed.Values.Min(static probed => probed.DueAt);
        _timer.Change(TimeSpan.FromTicks(Math.Max(1, next - now)), Timeout.InfiniteTimeSpan);
    }

    private ITimer CreateTimer()
    {
        // The client may be made in the midst of a request, whose ambient values and trace are not the probes'.
        if (ExecutionContext.IsFlowSuppressed())
        {
            return CreateTimerHere();
        }

        using (ExecutionContext.SuppressFlow())
        {
            return CreateTimerHere();
        }
    }

    private ITimer CreateTimerHere()
        => clock.TimeProvider.CreateTimer(OnTimer, new WeakReference<EndpointProber>(this), Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
}
