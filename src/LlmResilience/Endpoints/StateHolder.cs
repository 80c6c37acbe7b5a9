namespace LlmResilience.Endpoints;

/// <summary>Who has the state that a request names: an endpoint, and those that share state with it.</summary>
/// <param name="EndpointName">The endpoint, which may be gone by now.</param>
/// <param name="Group">The group of endpoints that share state with it; <see langword="null"/> for none.</param>
internal sealed record StateHolder(string EndpointName, string? Group)
{
    public bool Includes(Endpoint endpoint)
        => string.Equals(EndpointName, endpoint.Name, StringComparison.OrdinalIgnoreCase)
            || (Group is not null && string.Equals(Group, endpoint.Settings.StateGroup, StringComparison.OrdinalIgnoreCase));
}
