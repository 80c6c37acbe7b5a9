namespace LlmResilience.Testing;

internal sealed class SimulatedCrashException() : Exception("The simulated server crashed.");
