using Overload.Stage.Recording;

namespace Overload.Stage.Report.Charts;

internal static class Bands
{
    /// <summary>Joins samples of one value; each lasts until the next sample.</summary>
    public static IReadOnlyList<Band<T>> Of<T>(IReadOnlyList<TimelineSample> samples, Func<TimelineSample, T> value)
    {
        var bands = new List<Band<T>>();
        foreach (var (sample, next) in samples.Zip(samples.Skip(1)))
        {
            var end = next.At.TotalSeconds;
            if (bands.Count > 0 && EqualityComparer<T>.Default.Equals(bands[^1].Value, value(sample)))
            {
                bands[^1] = bands[^1] with { End = end };
            }
            else
            {
                bands.Add(new Band<T>(sample.At.TotalSeconds, end, value(sample)));
            }
        }

        return bands;
    }
}
