using LlmResilience.Health;

namespace LlmResilience.Tests.Health;

/// <summary>The window on its own: what comes late, what is old, what is of another generation.</summary>
public sealed class SlidingWindowTests
{
    private const long Bucket = 1000;
    private const int Buckets = 10;

    private readonly SlidingWindow _window = new(Bucket * Buckets, Buckets);

    [Fact]
    public void A_sample_that_comes_a_window_late_does_not_wipe_the_newer_ones()
    {
        Record(at: 25, times: 3);
        Record(at: 15);
        Record(at: 5);

        Assert.Equal((5, 5), _window.Sum(25 * Bucket, generation: 1));
    }

    [Fact]
    public void A_sample_of_an_older_generation_that_comes_a_window_late_leaves_the_new_ones_alone()
    {
        Record(at: 25, generation: 2);
        Record(at: 15, generation: 1);
        Record(at: 25, generation: 1);

        Assert.Equal((1, 1), _window.Sum(25 * Bucket, generation: 2));
    }

    // What looks newer by more than 64 windows is a word so old that its epoch has come round.
    [Theory]
    [InlineData(64, 1, true)]
    [InlineData(65, 1, false)]
    [InlineData(64, 2, true)]
    [InlineData(65, 2, false)]
    public void A_sample_that_comes_late_does_not_wipe_what_is_newer_by_up_to_64_windows(int windows, uint generation, bool stays)
    {
        var newer = 5 + (windows * Buckets);
        Record(at: newer, generation);
        Record(at: 5);

        Assert.Equal(stays && generation == 1 ? 2 : stays ? 1 : 0, _window.Sum(newer * Bucket, generation).Total);
        Assert.Equal(stays ? 0 : 1, _window.Sum(5 * Bucket, generation: 1).Total);
    }

    [Fact]
    public void Samples_lapse_one_bucket_at_a_time()
    {
        Record(at: 0);
        Record(at: 1);

        Assert.Equal(2, _window.Sum((9 * Bucket) + 999, generation: 1).Total);
        Assert.Equal(1, _window.Sum(10 * Bucket, generation: 1).Total);
        Assert.Equal(0, _window.Sum(11 * Bucket, generation: 1).Total);
    }

    [Theory]
    [InlineData(1 << 23)]
    [InlineData((1 << 23) + 1)]
    [InlineData((1 << 24) - 1000)]
    public void An_idle_time_however_long_never_brings_old_samples_back(long idle)
    {
        Record(at: 5, times: 5);

        Assert.Equal(0, _window.Sum((5 + idle) * Bucket, generation: 1).Total);
        Record(at: 5 + idle);
        Assert.Equal(1, _window.Sum((5 + idle) * Bucket, generation: 1).Total);
    }

    [Fact]
    public void A_full_bucket_stays_full()
    {
        for (var i = 0; i < 300_000; i++)
        {
            Record(at: 1);
        }

        var (total, failures) = _window.Sum(Bucket, generation: 1);
        Assert.InRange(total, ushort.MaxValue, 300_000);
        Assert.Equal(total, failures);
    }

    private void Record(long at, uint generation = 1, int times = 1)
    {
        for (var i = 0; i < times; i++)
        {
            _window.Record(at * Bucket, generation, failure: true);
        }
    }
}
