namespace LlmResilience.Health;

/// <summary>Counts successes and failures over a sliding window without a lock: per core a ring of buckets, each one 64-bit word.</summary>
/// <remarks>
/// A word is generation (8 bits), epoch (24), total (16), failures (16). A sample is one compare-and-swap, which succeeds only if the
/// word still belongs to the sample's generation and epoch, so that a sample can neither be lost to nor land in another bucket's time. A
/// word whose generation or epoch is too old counts as empty: a new generation clears the window for free, and an idle window needs no
/// timer. A thread that comes late with an older epoch than its bucket's adds to the newer one rather than wiping it.
/// </remarks>
internal sealed class SlidingWindow
{
    private const int MaxStripes = 8;
    private const int LongsPerCacheLinePair = 16;
    private const long OneSuccess = 1L << 16;
    private const long OneFailure = OneSuccess | 1;
    private const uint CountMask = 0xFFFF;
    private const int EpochMask = 0xFFFFFF;

    // How many windows late a sample may be. What looks newer by more is a word so old that its epoch has come round.
    private const int LongestLateness = 64;

    private static readonly int Stripes = (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Min(Environment.ProcessorCount, MaxStripes));

    private readonly long[] _words;
    private readonly int _buckets;
    private readonly int _stride;
    private readonly long _bucketTicks;

    public SlidingWindow(long windowTicks, int buckets)
    {
        _buckets = buckets;
        _bucketTicks = Math.Max(1, windowTicks / buckets);

        // Stripes of different cores must not share a pair of cache lines (the prefetcher fetches two); the first stripe keeps its
        // distance from the array's length, which every access reads.
        _stride = (buckets + LongsPerCacheLinePair - 1) / LongsPerCacheLinePair * LongsPerCacheLinePair;
        _words = new long[LongsPerCacheLinePair + (Stripes * _stride)];
    }

    public void Record(long now, uint generation, bool failure)
    {
        var epoch = now / _bucketTicks;
        var stripe = Thread.GetCurrentProcessorId() & (Stripes - 1);
        ref var word = ref _words[LongsPerCacheLinePair + (stripe * _stride) + (int)(epoch % _buckets)];
        var sample = failure ? OneFailure : OneSuccess;
        var tag = Tag(generation, epoch);

        for (var seen = Volatile.Read(ref word); ;)
        {
            long next;
            if ((uint)(seen >> 32) == tag || IsNewer(seen, generation, epoch))
            {
                if (((seen >> 16) & CountMask) == CountMask)
                {
                    return; // 65,535 samples in one bucket of one core: the ratio is known well enough.
                }

                next = seen + sample;
            }
            else if (IsOfLaterGeneration(seen, generation, epoch))
            {
                return; // The endpoint was ejected or let back in a moment ago: this result is a late one.
            }
            else
            {
                next = ((long)tag << 32) | sample;
            }

            var before = Interlocked.CompareExchange(ref word, next, seen);
            if (before == seen)
            {
                return;
            }

            seen = before;
        }
    }

    public (int Total, int Failures) Sum(long now, uint generation)
    {
        var epoch = now / _bucketTicks;
        int total = 0, failures = 0;
        for (var stripe = 0; stripe < Stripes; stripe++)
        {
            var words = _words.AsSpan(LongsPerCacheLinePair + (stripe * _stride), _buckets);
            for (var i = 0; i < words.Length; i++)
            {
                var word = Volatile.Read(ref words[i]);
                if ((byte)(word >> 56) == (byte)generation && Math.Abs(Age(word, epoch)) < _buckets)
                {
                    total += (int)((word >> 16) & CountMask);
                    failures += (int)(word & CountMask);
                }
            }
        }

        return (total, failures);
    }

    private static uint Tag(uint generation, long epoch) => (generation << 24) | (uint)(epoch & EpochMask);

    // Words of one place differ by whole windows.
    private bool IsNewer(long word, uint generation, long epoch)
    {
        var age = Age(word, epoch);
        return (byte)(word >> 56) == (byte)generation && age < 0 && age >= -LongestLateness * _buckets;
    }

    private bool IsOfLaterGeneration(long word, uint generation, long epoch)
    {
        var age = Age(word, epoch);
        return (sbyte)((byte)(word >> 56) - (byte)generation) > 0 && age <= 0 && age >= -LongestLateness * _buckets;
    }

    /// <summary>By how many buckets a word is older than the epoch; negative if newer. Sign-extended from 24 bits.</summary>
    private static int Age(long word, long epoch) => ((int)((epoch - (word >> 32)) & EpochMask) << 8) >> 8;
}
