using LlmResilience.Utilities;

namespace LlmResilience.Endpoints;

/// <summary>How long an endpoint has taken of late, as balancers compare it: a peak-sensitive moving average for first tokens of streams, and another for whole responses.</summary>
/// <remarks>
/// <para>
/// Finagle's <c>PeakEwma</c>: a slow sample is the average at once, faster ones bring it down in some ten seconds. What nobody renews is
/// forgotten little by little, so that an endpoint that was slow is tried again one day.
/// </para>
/// <para>
/// An average is one word, written by one compare-and-swap: the average in milliseconds, the instant of its last sample, and the
/// generation of the endpoint's health, since what an endpoint did before it was ejected says nothing about the one that returned.
/// Nothing is recorded for an endpoint that no balancer reads.
/// </para>
/// </remarks>
internal sealed class EndpointLatency
{
    private const double TauMilliseconds = 10_000;

    // Slower than new samples replace old ones: an app of two requests a minute should not ask the slow endpoint every other time.
    private const double ForgettingMilliseconds = 60_000;

    // A server of open weights reads about 4,000 tokens a second, a hosted one somewhat more, and half a second passes besides: so many
    // tokens double the time to the first one.
    private const double TokensThatDoubleIt = 2000;

    // linkerd's load biaser: a refusal is quick, and must not look like a quick answer.
    private const double ShortestFailureMilliseconds = 5_000;
    private const double LongestFailureMilliseconds = 300_000;

    private const int CostShift = 32;
    private const int StampShift = 8;
    private const uint StampMask = 0xFF_FFFF;

    // 2^19 clock ticks are 52 ms, and 24 bits of them ten days, of which half tell earlier from later.
    private const int StampUnit = 19;
    private const double StampMilliseconds = (double)(1 << StampUnit) / TimeSpan.TicksPerMillisecond;

    private volatile bool _isRead;
    private long _streamed;
    private long _whole;

    /// <summary>Whether a balancer reads it; else nobody need record.</summary>
    public bool IsRead => _isRead;

    /// <summary>A sample of a first token: what it would have taken for a short prompt.</summary>
    public static double ForShortPrompt(double milliseconds, int promptTokens) => milliseconds / (1 + (promptTokens / TokensThatDoubleIt));

    /// <summary>The sample of a failure: never a fast one, however fast it came.</summary>
    /// <param name="milliseconds">What it took.</param>
    /// <param name="retryAfter">What the reply asked for.</param>
    public static double ForFailure(double milliseconds, TimeSpan? retryAfter)
    {
        var penalty = Math.Max(ShortestFailureMilliseconds, Math.Min(retryAfter?.TotalMilliseconds ?? 0, LongestFailureMilliseconds));
        return Math.Max(milliseconds, penalty);
    }

    public void BeginReading() => _isRead = true;

    /// <summary>The average in milliseconds, less what has been forgotten since its last sample.</summary>
    /// <returns>Whether there is one of this generation.</returns>
    public bool TryRead(bool isStreaming, uint generation, long now, out double milliseconds)
    {
        var record = Volatile.Read(ref Record(isStreaming));
        var isThere = IsOf(record, generation);
        milliseconds = isThere ? Remembered(record, now) : 0;
        return isThere;
    }

    /// <summary>An answer took so long.</summary>
    public void Add(bool isStreaming, double milliseconds, uint generation, long now)
    {
        ref var place = ref Record(isStreaming);
        long before, after;
        do
        {
            before = Volatile.Read(ref place);
            after = Pack(
                IsOf(before, generation) ? MovingAverage.PeakEwma(CostOf(before), milliseconds, Elapsed(before, now), TauMilliseconds) : milliseconds, generation, now);
        }
        while (Interlocked.CompareExchange(ref place, after, before) != before);
    }

    /// <summary>An answer would have taken so long at least: moves the average up to it, never down.</summary>
    public void AddAtLeast(bool isStreaming, double milliseconds, uint generation, long now)
    {
        ref var place = ref Record(isStreaming);
        long before, after;
        do
        {
            before = Volatile.Read(ref place);
            after = Pack(IsOf(before, generation) ? Math.Max(milliseconds, Remembered(before, now)) : milliseconds, generation, now);
        }
        while (Interlocked.CompareExchange(ref place, after, before) != before);
    }

    /// <summary>An endpoint that is new, or back, begins with this average, unless it has one of its own meanwhile.</summary>
    public void Begin(bool isStreaming, double milliseconds, uint generation, long now)
    {
        ref var place = ref Record(isStreaming);
        var before = Volatile.Read(ref place);
        if (!IsOf(before, generation))
        {
            Interlocked.CompareExchange(ref place, Pack(milliseconds, generation, now), before);
        }
    }

    private static double Remembered(long record, long now) => CostOf(record) * MovingAverage.Weight(Elapsed(record, now), ForgettingMilliseconds);

    // No time at all would be no average.
    private static long Pack(double milliseconds, uint generation, long now)
        => ((long)BitConverter.SingleToInt32Bits(Math.Max((float)milliseconds, float.Epsilon)) << CostShift) | ((long)StampOf(now) << StampShift) | (byte)generation;

    private static bool IsOf(long record, uint generation) => record != 0 && (byte)record == (byte)generation;

    private static double CostOf(long record) => BitConverter.Int32BitsToSingle((int)(record >> CostShift));

    private static uint StampOf(long now) => (uint)(now >> StampUnit) & StampMask;

    // The difference with its sign: a thread that is late must not find that days have passed.
    private static double Elapsed(long record, long now)
    {
        var difference = (int)((StampOf(now) - (uint)(record >> StampShift)) << StampShift) >> StampShift;
        return Math.Max(difference, 0) * StampMilliseconds;
    }

    private ref long Record(bool isStreaming)
    {
        if (isStreaming)
        {
            return ref _streamed;
        }

        return ref _whole;
    }
}
