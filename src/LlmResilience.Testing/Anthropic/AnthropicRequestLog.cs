namespace LlmResilience.Testing;

/// <summary>Keeps the latest requests and knows how many are being served.</summary>
internal sealed class AnthropicRequestLog
{
    private const int Kept = 10_000;

    private readonly Lock _lock = new();
    private readonly Queue<SimulatedAnthropicRequest> _requests = new();
    private TaskCompletionSource? _idle;
    private int _serving;

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

    public void Started()
    {
        lock (_lock)
        {
            _serving++;
        }
    }

    public void Ended()
    {
        lock (_lock)
        {
            if (--_serving == 0)
            {
                _idle?.TrySetResult();
                _idle = null;
            }
        }
    }

    public Task WaitForIdleAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return _serving == 0
                ? Task.CompletedTask
                : (_idle ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task.WaitAsync(cancellationToken);
        }
    }
}
