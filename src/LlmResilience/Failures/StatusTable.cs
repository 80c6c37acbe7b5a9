namespace LlmResilience.Failures;

/// <summary>What an HTTP status means where neither a code nor a phrase says more.</summary>
internal static class StatusTable
{
    /// <summary>The rows, for people: the first that fits counts.</summary>
    public static IReadOnlyList<StatusRow> Rows { get; } =
    [
        new(401, 401, FailureKind.Unauthorized, "a missing or wrong key"),
        new(402, 402, FailureKind.QuotaExhausted, "no money"),
        new(403, 403, FailureKind.Unauthorized, "a key that may not do this; where it is a policy, a code, a field or a phrase says so"),
        new(404, 405, FailureKind.NotFound, "a wrong address, or no such model; the request's own if `param` names one of its fields"),
        new(407, 407, FailureKind.Unauthorized, "a proxy that wants a key of its own"),
        new(408, 409, FailureKind.ServerError, "transient: a timeout, a conflict"),
        new(410, 410, FailureKind.NotFound, "a retired model"),
        new(413, 413, FailureKind.ContextLengthExceeded, "too large for this endpoint, or for a proxy before it"),
        new(415, 415, FailureKind.NotSupported, "a kind of content that this endpoint does not take"),
        new(424, 425, FailureKind.ServerError, "transient: something behind the endpoint failed"),
        new(429, 429, FailureKind.RateLimited, "throttled"),
        new(451, 451, FailureKind.ContentFiltered, "refused for what it says"),
        new(498, 498, FailureKind.Overloaded, "Groq's flexible tier is full"),
        new(400, 499, FailureKind.InvalidRequest, "wrong everywhere"),
        new(501, 501, FailureKind.NotSupported, "the endpoint cannot do this, which is no illness"),
        new(503, 503, FailureKind.Overloaded, "no room now"),
        new(529, 529, FailureKind.Overloaded, "no room now"),
        new(500, 999, FailureKind.ServerError, "the endpoint's own failure, or that of a proxy before it (520-526: Cloudflare)"),
        new(0, 399, FailureKind.InvalidResponse, "no error's status, and yet no answer"),
    ];

    public static FailureKind KindOf(int status)
    {
        foreach (var row in Rows)
        {
            if (status >= row.First && status <= row.Last)
            {
                return row.Kind;
            }
        }

        return FailureKind.InvalidResponse;
    }
}
