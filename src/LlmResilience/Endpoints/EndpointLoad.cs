using LlmResilience.Utilities;

namespace LlmResilience.Endpoints;

/// <summary>How many attempts an endpoint has in flight, and how fast its first tokens come; striped by core so that counting does not contend.</summary>
internal sealed class EndpointLoad
{
    private const int StripeLength = 16;

    // One sample in five: an endpoint that has become slow shows within a handful of requests, and one slow answer does not make it slow.
    private const double Weight = 0.2;

    private static readonly int Stripes = (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Min(Environment.ProcessorCount, 8));

    // A stripe is [in flight, average first-token ticks, instant of the last success]; the first one keeps its distance from the array's length.
    private readonly long[] _stripes = new long[(Stripes + 1) * StripeLength];
    private int _abandoned;

    /// <summary>How fast it is, as balancers compare it.</summary>
    public EndpointLatency Latency { get; } = new();

    /// <summary>Attempts whose stream has not ended. An attempt may begin on one core and end on another: only the sum means anything.</summary>
    public int InFlight
    {
        get
        {
            long sum = 0;
            for (var i = 1; i <= Stripes; i++)
            {
                sum += Volatile.Read(ref _stripes[i * StripeLength]);
            }

            return (int)sum;
        }
    }

    /// <summary>Attempts that were abandoned and whose client has not let go yet.</summary>
    public int Abandoned => Volatile.Read(ref _abandoned);

    /// <summary>A moving average of the time to the first token, or to the response; <see langword="null"/> before the first.</summary>
    public TimeSpan? FirstToken
    {
        get
        {
            long sum = 0;
            var seen = 0;
            for (var i = 1; i <= Stripes; i++)
            {
                var average = Volatile.Read(ref _stripes[(i * StripeLength) + 1]);
                sum += average;
                seen += average > 0 ? 1 : 0;
            }

            return seen == 0 ? null : TimeSpan.FromTicks(sum / seen);
        }
    }

    public void Begin() => Interlocked.Increment(ref Stripe());

    public void End() => Interlocked.Decrement(ref Stripe());

    public void BeginAbandoned() => Interlocked.Increment(ref _abandoned);

    public void EndAbandoned() => Interlocked.Decrement(ref _abandoned);

    /// <summary>A first token or a response came after this long, now.</summary>
    public void RecordFirstToken(long ticks, long now)
    {
        ref var stripe = ref Stripe();
        RecordAverage(ref System.Runtime.CompilerServices.Unsafe.Add(ref stripe, 1), ticks);
        Volatile.Write(ref System.Runtime.CompilerServices.Unsafe.Add(ref stripe, 2), now);
    }

    /// <summary>Whether a first token or a response came at this instant or later.</summary>
    public bool HadSuccessSince(long instant)
    {
        for (var i = 1; i <= Stripes; i++)
        {
            var last = Volatile.Read(ref _stripes[(i * StripeLength) + 2]);
            if (last > 0 && last >= instant)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The first token had not come after this long when the wait for it ended: moves the average up to it, never down.</summary>
    public void RecordAtLeast(long ticks)
    {
        if (FirstToken is not { } average || average.Ticks < ticks)
        {
            RecordAverage(ref System.Runtime.CompilerServices.Unsafe.Add(ref Stripe(), 1), ticks);
        }
    }

    private static void RecordAverage(ref long average, long ticks)
    {
        // Two threads on one stripe may overwrite each other's sample; an average survives that, and a lock would cost more.
        var before = Volatile.Read(ref average);
        Volatile.Write(ref average, before == 0 ? Math.Max(1, ticks) : Math.Max(1, before + (long)((ticks - before) * Weight)));
    }

    private ref long Stripe() => ref _stripes[((Thread.GetCurrentProcessorId() & (Stripes - 1)) + 1) * StripeLength];
}
