using LlmResilience.AllUnavailable;
using LlmResilience.Attempts;
using LlmResilience.Chains;
using LlmResilience.Endpoints;
using LlmResilience.Health;

namespace LlmResilience.Requests;

/// <summary>What a request has tried.</summary>
internal struct AttemptTrail
{
    private List<FailedAttempt>? _failed;

    public readonly IReadOnlyList<FailedAttempt> Failed => _failed is null ? [] : _failed;

    /// <summary>The endpoints that were asked.</summary>
    public readonly IReadOnlyCollection<Endpoint> Asked => [.. Failed.Select(static attempt => attempt.Source).OfType<Endpoint>().Distinct()];

    public void Add(Endpoint endpoint, AttemptFailure failure, long duration) => (_failed ??= []).Add(Describe(endpoint, failure, duration));

    /// <summary>The trail with one more attempt, which ended the request.</summary>
    public readonly IReadOnlyList<FailedAttempt> With(Endpoint endpoint, AttemptFailure failure, long duration)
        => [.. Failed, Describe(endpoint, failure, duration)];

    /// <summary>What the app is told. Who was not asked is told as the request itself sees it.</summary>
    public readonly AllEndpointsFailedException AllFailed(Chain chain, Leniency leniency, long now)
    {
        var skipped = new List<SkippedEndpoint>();
        foreach (var endpoint in chain.Endpoints)
        {
            if (!Failed.Any(attempt => string.Equals(attempt.EndpointName, endpoint.Name, StringComparison.Ordinal)))
            {
                skipped.Add(new SkippedEndpoint(endpoint.Name, Unavailability.Explain(endpoint, now, leniency)));
            }
        }

        var returnsAt = ReturnFinder.Earliest(chain, now, leniency);
        var retryAfter = returnsAt > now && returnsAt < long.MaxValue ? TimeSpan.FromTicks(returnsAt - now) : (TimeSpan?)null;
        return new AllEndpointsFailedException(Failed, skipped, retryAfter);
    }

    private static FailedAttempt Describe(Endpoint endpoint, AttemptFailure failure, long duration)
        => new(endpoint.Name, failure.Kind, TimeSpan.FromTicks(duration), failure.Exception) { Source = endpoint };
}
