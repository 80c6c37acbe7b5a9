using LlmResilience.Chains;

namespace LlmResilience.LoadBalancing;

/// <summary>What the available endpoints of a group bear together.</summary>
/// <remarks>
/// Counted for each choice in a small group. In a large one a count serves so many choices that each of them pays for eight endpoints and
/// no more, and not for long; it is off by less than an eighth of a request for each endpoint. Threads that count at once do it twice, and
/// one that reads between two writes finds numbers of two moments close together.
/// </remarks>
internal sealed class GroupTotals(EndpointGroup group)
{
    private const int Small = 16;
    private const int EndpointsPerChoice = 8;

    private static readonly long LongestMemory = TimeSpan.FromMilliseconds(10).Ticks;

    private long _inFlight;
    private long _weight;
    private int _count;
    private double _milliseconds;
    private int _countOfKnown;
    private long _countedAt;
    private int _choicesLeft;

    public Totals Read(in Choice choice)
    {
        if (group.Count <= Small)
        {
            return Count(choice);
        }

        if (Interlocked.Decrement(ref _choicesLeft) < 0 || choice.Now - Volatile.Read(ref _countedAt) > LongestMemory)
        {
            var totals = Count(choice);
            Volatile.Write(ref _inFlight, totals.InFlight);
            Volatile.Write(ref _weight, totals.Weight);
            Volatile.Write(ref _count, totals.Count);
            Volatile.Write(ref _milliseconds, totals.Milliseconds);
            Volatile.Write(ref _countOfKnown, totals.CountOfKnown);
            Volatile.Write(ref _countedAt, choice.Now);
            Volatile.Write(ref _choicesLeft, group.Count / EndpointsPerChoice);
            return totals;
        }

        return new Totals(
            Volatile.Read(ref _inFlight), Volatile.Read(ref _weight), Volatile.Read(ref _count), Volatile.Read(ref _milliseconds), Volatile.Read(ref _countOfKnown));
    }

    private Totals Count(in Choice choice)
    {
        var totals = default(Totals);
        foreach (var endpoint in group.Endpoints)
        {
            if (endpoint.IsAvailable(choice.Now))
            {
                var isKnown = endpoint.Load.Latency.TryRead(choice.Request.IsStreaming, endpoint.Health.Generation, choice.Now, out var milliseconds);
                totals = new Totals(
                    totals.InFlight + endpoint.Load.InFlight,
                    totals.Weight + endpoint.Settings.Weight,
                    totals.Count + 1,
                    totals.Milliseconds + milliseconds,
                    totals.CountOfKnown + (isKnown ? 1 : 0));
            }
        }

        return totals;
    }

    /// <summary>What is counted, over the endpoints that are available.</summary>
    /// <param name="InFlight">Their attempts in flight.</param>
    /// <param name="Weight">Their weights.</param>
    /// <param name="Count">How many they are.</param>
    /// <param name="Milliseconds">The sum of their average latencies.</param>
    /// <param name="CountOfKnown">How many of them have one.</param>
    internal readonly record struct Totals(long InFlight, long Weight, int Count, double Milliseconds, int CountOfKnown);
}
