namespace LlmResilience;

/// <summary>The endpoints of a client in the order in which they are asked, and what holds for all of them. Immutable; a reload makes a new one.</summary>
internal sealed class Chain
{
    private readonly Chain _owner;
    private int _trickling;
    private volatile Chain? _successor;

    public Chain(LlmResilienceOptions options, IEnumerable<Endpoint> endpoints, EjectionPool pool, MonotonicClock clock, ChainTelemetry telemetry)
    {
        // A stable sort: inside one priority the order of registration counts.
        Endpoints = [.. endpoints.OrderBy(endpoint => endpoint.Settings.Priority)];
        Pool = pool;
        Clock = clock;
        Telemetry = telemetry;
        MaxAttempts = options.MaxAttempts;
        PanicThreshold = options.PanicThreshold;
        WhenAllOut = options.WhenAllOut;
        RequestTimeout = options.Timeouts.Request == Timeout.InfiniteTimeSpan ? 0 : options.Timeouts.Request.Ticks;
        WaitingLine = new(1, 1);
        _owner = this;
    }

    /// <summary>Other endpoints, in exactly this order, for which holds what holds for another chain; requests of both trickle and wait as one.</summary>
    public Chain(Chain owner, Endpoint[] endpoints)
    {
        Endpoints = endpoints;
        Pool = owner.Pool;
        Clock = owner.Clock;
        Telemetry = owner.Telemetry;
        MaxAttempts = owner.MaxAttempts;
        PanicThreshold = owner.PanicThreshold;
        WhenAllOut = owner.WhenAllOut;
        RequestTimeout = owner.RequestTimeout;
        WaitingLine = owner.WaitingLine;
        _owner = owner._owner;
    }

    public Endpoint[] Endpoints { get; }

    public EjectionPool Pool { get; }

    public MonotonicClock Clock { get; }

    public ChainTelemetry Telemetry { get; }

    public int MaxAttempts { get; }

    public double PanicThreshold { get; }

    public WhenAllOut WhenAllOut { get; }

    /// <summary>In clock ticks; 0 for none.</summary>
    public long RequestTimeout { get; }

    /// <summary>When the time of a request that began then is over; <see cref="long.MaxValue"/> for never.</summary>
    public long DeadlineOf(long startedAt) => RequestTimeout == 0 ? long.MaxValue : EjectionFormulas.Add(startedAt, RequestTimeout);

    /// <summary>Those who wait for an endpoint to return, first come, first served.</summary>
    public SemaphoreSlim WaitingLine { get; }

    /// <summary>The chain that a reload has put in this one's place, or this one.</summary>
    public Chain Latest
    {
        get
        {
            var latest = this;
            while (latest._successor is { } successor)
            {
                latest = successor;
            }

            return latest;
        }
    }

    /// <summary>Tells those who wait in this chain to look into another one.</summary>
    public void ReplaceWith(Chain successor)
    {
        _successor = successor;
        Pool.SignalChange();
    }

    /// <summary>Lets one request at a time through to an ejected endpoint.</summary>
    public bool TryBeginTrickle() => Interlocked.CompareExchange(ref _owner._trickling, 1, 0) == 0;

    public void EndTrickle() => Volatile.Write(ref _owner._trickling, 0);
}
