namespace LlmResilience.Testing;

/// <summary>What a server's life depends on, whatever protocol it speaks.</summary>
/// <param name="Port">The TCP port; 0 for any.</param>
/// <param name="Path">The path of the address that clients get.</param>
/// <param name="RestartDelay">How long it is gone after a crash.</param>
/// <param name="Gpu">What each life's GPU can do.</param>
/// <param name="TimeProvider">The clock of every wait.</param>
internal sealed record ServerSettings(int Port, string Path, TimeSpan RestartDelay, SimulatedGpuOptions Gpu, TimeProvider TimeProvider);
