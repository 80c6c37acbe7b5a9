namespace LlmResilience.Testing;

/// <summary>Keeps the latest requests.</summary>
internal sealed class AnthropicRequestLog
{
    private const int Kept = 10_000;

    private readonly Lock _lock = new();
    private readonly Queue<SimulatedAnthropicRequest> _requests = new();

    public void Add(SimulatedAnthropicRequest request)
    {
        lock (_lock)
        {
            _requests.Enqueue(request);
            if (_requests.Count > Kept)
            {
                _requests.Dequeue();
            }
        }
    }

    public IReadOnlyList<SimulatedAnthropicRequest> GetRequests()
    {
        lock (_lock)
        {
            return [.. _requests];
        }
    }
}
