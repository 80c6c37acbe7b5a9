using LlmResilience.Faults.Tests.Wires;

namespace LlmResilience.Faults.Tests.Matrix;

/// <summary>One fault in one situation.</summary>
internal sealed record CellKey(Wire Wire, FaultRow Row, bool Streaming, bool WithFallback);
