namespace Overload.Stage.Load;

/// <summary>When users arrive: a Poisson process of each phase's rate. One seed, one schedule: both runs get the same.</summary>
internal static class ArrivalSchedule
{
    public static IReadOnlyList<Arrival> Create(int seed)
    {
#pragma warning disable CA5394 // Arrivals are no secret.
        var random = new Random(seed);
        var arrivals = new List<Arrival>();
        foreach (var phase in LoadProfile.Phases)
        {
            for (var at = phase.Start + Gap(phase); at < phase.End; at += Gap(phase))
            {
                arrivals.Add(new Arrival(at, Questions.All[random.Next(Questions.All.Count)]));
            }
        }

        return arrivals;

        double Gap(LoadPhase phase) => -Math.Log(1 - random.NextDouble()) / phase.RequestsPerSecond;
#pragma warning restore CA5394
    }
}
