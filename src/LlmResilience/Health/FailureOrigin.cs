namespace LlmResilience.Health;

/// <summary>How far a failed request got: not as far as the endpoint, to a gateway in front of it, or to an answer.</summary>
internal static class FailureOrigin
{
    /// <summary>No connection came about, or it was lost before any answer: as likely the fault of one's own network.</summary>
    public static bool IsConnection(in Failure failure) => failure.Kind == FailureKind.ConnectionFailed;

    /// <summary>A gateway in front of the endpoint answered in its place, whatever kind its answer was found to be.</summary>
    public static bool IsGateway(in Failure failure) => failure.StatusCode is 502 or 503 or 504;

    /// <summary>Nothing came in time. Envoy takes it for a 504; it is nobody's answer.</summary>
    public static bool IsTimeout(in Failure failure) => failure.Kind is FailureKind.FirstTokenTimeout or FailureKind.ResponseTimeout;

    /// <summary>Something answered, so that the connection works.</summary>
    public static bool IsResponse(in Failure failure) => failure.Kind switch
    {
        FailureKind.ConnectionFailed => false,
        FailureKind.ServerError or FailureKind.Overloaded or FailureKind.RateLimited or FailureKind.QuotaExhausted => true,
        FailureKind.Unauthorized or FailureKind.NotFound or FailureKind.ContextLengthExceeded or FailureKind.ContentFiltered => true,
        FailureKind.InvalidResponse or FailureKind.EmptyResponse or FailureKind.StreamStalled or FailureKind.StreamInterrupted => true,

        // The others may come of the client alone.
        _ => failure.StatusCode is not null,
    };
}
