namespace LlmResilience.Probing;

/// <summary>Good and failed probes in a row.</summary>
internal struct ProbeCount
{
    private uint _generation;
    private int _well;
    private int _ill;

    /// <summary>Counts a probe.</summary>
    /// <param name="verdict">What it says.</param>
    /// <param name="generation">The generation of the endpoint's health in which it began. Good probes say nothing of a later one: whatever has ejected the endpoint since, they did not see.</param>
    /// <param name="options">How many it takes.</param>
    /// <returns>Whether the endpoint is well; <see langword="null"/> if that is not known.</returns>
    public bool? Add(ProbeVerdict verdict, uint generation, ActiveProbeOptions options)
    {
        if (generation != _generation)
        {
            _generation = generation;
            _well = 0;
        }

        switch (verdict)
        {
            case ProbeVerdict.Well:
                _ill = 0;
                _well++;
                return _well >= options.HealthyThreshold ? true : null;
            case ProbeVerdict.Ill:
                _well = 0;
                _ill++;
                return _ill >= options.UnhealthyThreshold ? false : null;
            default:
                return null;
        }
    }
}
