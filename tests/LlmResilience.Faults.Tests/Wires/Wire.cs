using LlmResilience.Faults.Tests.Matrix;

namespace LlmResilience.Faults.Tests.Wires;

/// <summary>One provider's protocol: the SDK that speaks it, a server that plays its faults, and what these faults are.</summary>
internal abstract class Wire
{
    public static IReadOnlyList<Wire> All { get; } = [new OpenAIWire(), new AnthropicWire()];

    /// <summary>Gets the title of its part of the document.</summary>
    public abstract string Title { get; }

    /// <summary>Gets what a reader has to know of this part.</summary>
    public abstract string Introduction { get; }

    public abstract FaultCatalog Catalog { get; }

    /// <summary>Starts a server whose answer is its own.</summary>
    public abstract Task<WireServer> StartAsync(bool isFallback);
}
