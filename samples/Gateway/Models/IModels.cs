using LlmResilience;
using Microsoft.Extensions.AI;

namespace Gateway.Models;

/// <summary>The models that can be asked for.</summary>
internal interface IModels
{
    /// <summary>The chain for a request: the model's endpoints, and after them those of its fallbacks.</summary>
    /// <exception cref="Protocol.Errors.RequestException">There is no such model.</exception>
    IChatClient GetClient(string model, IReadOnlyList<string> fallbacks);

    Task<IReadOnlyList<string>> ListAsync(CancellationToken cancellationToken);

    IReadOnlyList<EndpointSnapshot> GetEndpoints();
}
