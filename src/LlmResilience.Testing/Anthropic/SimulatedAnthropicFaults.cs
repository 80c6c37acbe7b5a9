namespace LlmResilience.Testing;

/// <summary>Which faults the coming requests to a <see cref="SimulatedAnthropicServer"/> meet. Requests under way are not touched.</summary>
public sealed class SimulatedAnthropicFaults
{
    private readonly Lock _lock = new();
    private readonly Queue<SimulatedAnthropicFault> _next = new();
    private SimulatedAnthropicFault? _always;

    internal SimulatedAnthropicFaults()
    {
    }

    /// <summary>Lets the next requests fail, after those that earlier calls have booked; then all is as before.</summary>
    /// <param name="count">How many requests; 0 or more.</param>
    /// <param name="fault">What they meet.</param>
    public void Next(int count, SimulatedAnthropicFault fault)
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
    public void Always(SimulatedAnthropicFault fault)
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

    internal SimulatedAnthropicFault? Take()
    {
        lock (_lock)
        {
            return _next.TryDequeue(out var fault) ? fault : _always;
        }
    }
}
