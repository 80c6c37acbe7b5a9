using Microsoft.Extensions.AI;

namespace LlmResilience.Configuration;

/// <summary>An endpoint as the app described it, from which it is made once the chain's defaults are known.</summary>
internal abstract class EndpointDefinition(string? name, string path)
{
    /// <summary>The endpoint's name; <see langword="null"/> if the app forgot it.</summary>
    public string? Name { get; } = name;

    /// <summary>Where the app described it, for error messages.</summary>
    public string Path { get; } = path;

    /// <summary>What is wrong with the description, apart from the options' values.</summary>
    public virtual IEnumerable<string> Validate() => [];

    /// <summary>The endpoint's options, starting from a copy of the chain's defaults.</summary>
    public abstract EndpointOptions CreateOptions(EndpointOptions defaults);

    /// <summary>What makes the endpoint's client what it is: with the same identity, a reload keeps the client and its health.</summary>
    public abstract object Identity { get; }

    /// <summary>Whether the endpoint's client is the app's to dispose.</summary>
    public virtual bool LeavesOpen => false;

    /// <summary>What the endpoint's provider adds to the options.</summary>
    public virtual void Configure(EndpointOptions options)
    {
    }

    public abstract IChatClient CreateClient(EndpointOptions options, IServiceProvider services);
}
