namespace LlmResilience.Testing;

/// <summary>Closes and opens a port for a fault, and returns when that is done, so that the next request meets it.</summary>
internal sealed class PortSwitch(Func<Task> close, Func<Task> open)
{
    private readonly Lock _lock = new();
    private bool _closed;

    public void Set(bool closed)
    {
        lock (_lock)
        {
            if (closed != _closed)
            {
                _closed = closed;
#pragma warning disable VSTHRD002 // On a thread of its own, which waits for nobody that could wait for this one; it takes milliseconds.
                Task.Run(closed ? close : open).GetAwaiter().GetResult();
#pragma warning restore VSTHRD002
            }
        }
    }
}
