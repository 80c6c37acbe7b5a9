namespace LlmResilience.Testing;

/// <summary>Which faults the coming requests meet: those for a chat only, and none that is under way.</summary>
/// <remarks>What <see cref="Next"/> has booked comes first, then chance decides, then <see cref="Always"/>. All members may be called from any thread.</remarks>
public sealed class SimulatedFaults
{
    private readonly Lock _lock = new();
    private readonly Queue<SimulatedFault> _next = new();
    private readonly List<(double Probability, SimulatedFault Fault, Random Random)> _byChance = [];
    private readonly Action<bool>? _closePort;
    private SimulatedFault? _always;

    internal SimulatedFaults(Action<bool>? closePort = null) => _closePort = closePort;

    /// <summary>Lets the next requests fail, after those that earlier calls have booked; then all is as before.</summary>
    /// <param name="count">How many requests; 0 or more.</param>
    /// <param name="fault">What they meet.</param>
    public void Next(int count, SimulatedFault fault)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentNullException.ThrowIfNull(fault);
        lock (_lock)
        {
            for (var i = 0; i < count; i++)
            {
                _next.Enqueue(fault);
            }
        }
    }

    /// <summary>Lets a share of the requests fail, until <see cref="Clear"/>. Called again, it adds another fault, which gets its chance where those before it have passed.</summary>
    /// <param name="probability">The share, from 0 to 1.</param>
    /// <param name="fault">What they meet.</param>
    /// <param name="seed">With the same seed, the same requests fail in the same order of arrival.</param>
    public void WithProbability(double probability, SimulatedFault fault, int seed = 0)
    {
        if (probability is not (>= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(probability), probability, "A probability is from 0 to 1.");
        }

        ArgumentNullException.ThrowIfNull(fault);
        lock (_lock)
        {
            _byChance.Add((probability, fault, new Random(seed)));
        }
    }

    /// <summary>Lets every request fail that meets nothing else, until <see cref="Clear"/>.</summary>
    /// <param name="fault">What they meet.</param>
    public void Always(SimulatedFault fault)
    {
        ArgumentNullException.ThrowIfNull(fault);
        lock (_lock)
        {
            _always = fault;
        }

        _closePort?.Invoke(fault.ClosesPort);
    }

    /// <summary>Forgets all faults: requests that arrive from now on are served.</summary>
    public void Clear()
    {
        lock (_lock)
        {
            _next.Clear();
            _byChance.Clear();
            _always = null;
        }

        _closePort?.Invoke(false);
    }

    internal SimulatedFault? Take()
    {
        lock (_lock)
        {
            if (_next.TryDequeue(out var fault))
            {
                return fault;
            }

            foreach (var chance in _byChance)
            {
                if (chance.Random.NextDouble() < chance.Probability)
                {
                    return chance.Fault;
                }
            }

            return _always;
        }
    }
}
