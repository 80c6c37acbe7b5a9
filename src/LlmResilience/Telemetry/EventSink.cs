namespace LlmResilience.Telemetry;

/// <summary>Calls the app's event handlers. What they throw is dropped: there is nobody to tell.</summary>
internal sealed class EventSink(string clientName, LlmResilienceEvents events)
{
    /// <summary>Whether anybody wants to be told about states, which have to be looked for.</summary>
    public bool WantsStates => events.OnEndpointStateChanged is not null;

    public void Retrying(string endpoint, in Failure failure, TimeSpan delay)
    {
        if (events.OnRetry is { } handler)
        {
            Call(handler, new RetryContext { ClientName = clientName, EndpointName = endpoint, Failure = failure, Delay = delay });
        }
    }

    public void FellBack(string from, string to, in Failure failure)
    {
        if (events.OnFallback is { } handler)
        {
            Call(handler, new FallbackContext { ClientName = clientName, EndpointName = from, NextEndpointName = to, Failure = failure });
        }
    }

    public void StateChanged(string endpoint, EndpointState from, EndpointState to)
    {
        if (events.OnEndpointStateChanged is { } handler)
        {
            Call(handler, new EndpointStateChangedContext { ClientName = clientName, EndpointName = endpoint, PreviousState = from, State = to });
        }
    }

    public void RequestFailed(Exception exception, int attempts)
    {
        if (events.OnRequestFailed is { } handler)
        {
            Call(handler, new RequestFailedContext(exception) { ClientName = clientName, AttemptCount = attempts });
        }
    }

    private static void Call<T>(Action<T> handler, T context)
    {
        try
        {
            handler(context);
        }
#pragma warning disable CA1031 // There is nobody to tell.
        catch (Exception)
#pragma warning restore CA1031
        {
        }
    }
}
