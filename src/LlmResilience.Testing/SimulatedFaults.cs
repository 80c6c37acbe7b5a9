namespace LlmResilience.Testing;

/// <summary>Which faults the coming chat completions meet. Models, health and requests under way are not touched.</summary>
public sealed class SimulatedFaults
{
    private readonly Lock _lock = new();
    private readonly Queue<SimulatedFault> _next = new();
    private SimulatedFault? _always;

    internal SimulatedFaults()
    {
    }

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

    /// <summary>Lets every request fail for which <see cref="Next"/> has booked nothing, until <see cref="Clear"/>.</summary>
    /// <param name="fault">What they meet.</param>
    public void Always(SimulatedFault fault)
    {
        ArgumentNullException.ThrowIfNull(fault);
        lock (_lock)
        {
            _always = fault;
        }
    }

    /// <summary>Forgets all faults: requests that arrive from now on are served.</summary>
    public void Clear()
    {
        lock (_lock)
        {
            _next.Clear();
            _always = null;
        }
    }

    internal SimulatedFault? Take()
    {
        lock (_lock)
        {
            return _next.TryDequeue(out var fault) ? fault : _always;
        }
    }
}
