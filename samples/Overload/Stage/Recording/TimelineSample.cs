using LlmResilience;
using LlmResilience.Testing;

namespace Overload.Stage.Recording;

/// <summary>The self-hosted server, and the endpoints as LlmResilience sees them, at one instant.</summary>
internal sealed record TimelineSample(TimeSpan At, SimulatedServerStatistics Server, IReadOnlyList<EndpointSnapshot> Endpoints)
{
    public EndpointSnapshot? SelfHosted => Endpoints.FirstOrDefault(endpoint => string.Equals(endpoint.Name, EndpointNames.SelfHosted, StringComparison.Ordinal));
}
