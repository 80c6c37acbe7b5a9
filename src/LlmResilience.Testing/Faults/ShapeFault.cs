namespace LlmResilience.Testing;

/// <summary>Sends the whole answer, but in an unusual shape.</summary>
internal sealed class ShapeFault(ResponseShape shape) : SimulatedFault
{
    internal override ResponseShape Shape => shape;
}
