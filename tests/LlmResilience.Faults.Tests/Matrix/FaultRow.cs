using LlmResilience.Testing;

namespace LlmResilience.Faults.Tests.Matrix;

/// <summary>One fault, under the name that the table gives it.</summary>
public sealed record FaultRow(string Name, SimulatedFault Fault);
