namespace LlmResilience.Testing;

/// <summary>How long one step of the batch takes.</summary>
internal sealed class BatchTiming(SimulatedGpuOptions options)
{
    private readonly double _alone = 1 / options.DecodeTokensPerSecond;
    private readonly double _perNeighbour = options.SlotCount == 1
        ? 0
        : ((1 / options.DecodeTokensPerSecondWhenFull) - (1 / options.DecodeTokensPerSecond)) / (options.SlotCount - 1);

    public TimeSpan StepTime(int sequences, int promptTokens) =>
        TimeSpan.FromSeconds(_alone + (_perNeighbour * (sequences - 1)) + (promptTokens / options.PrefillTokensPerSecond));
}
