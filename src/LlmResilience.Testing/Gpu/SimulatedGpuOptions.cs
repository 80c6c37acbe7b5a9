namespace LlmResilience.Testing;

/// <summary>What the simulated GPU can do: how many requests at once, how fast, and when it breaks.</summary>
/// <remarks>
/// The defaults resemble DeepSeek-R1-Distill-Qwen-7B in 16-bit weights on one GPU of 24 GB, served with continuous
/// batching and chunked prefill. They have the right order of magnitude, no more: measure your own server and set them.
/// </remarks>
public sealed class SimulatedGpuOptions
{
    /// <summary>Gets or sets how many sequences are computed at the same time: the size of the continuous batch.</summary>
    /// <value>At least 1. The default value is 16.</value>
    public int SlotCount { get; set; } = 16;

    /// <summary>Gets or sets how many requests may wait for a slot. One more and the server crashes.</summary>
    /// <value>0 or more. The default value is 64.</value>
    public int MaxQueueLength { get; set; } = 64;

    /// <summary>Gets or sets how fast prompts are read, all sequences together, in tokens per second.</summary>
    /// <value>Greater than 0. The default value is 4,000.</value>
    public double PrefillTokensPerSecond { get; set; } = 4_000;

    /// <summary>Gets or sets how many prompt tokens are read in one step of the batch; while they are, every other sequence waits.</summary>
    /// <value>At least 1. The default value is 512.</value>
    public int PrefillTokensPerStep { get; set; } = 512;

    /// <summary>Gets or sets how fast a sequence is written that is alone on the GPU, in tokens per second.</summary>
    /// <value>Greater than 0. The default value is 50.</value>
    public double DecodeTokensPerSecond { get; set; } = 50;

    /// <summary>Gets or sets how fast each sequence is written when every slot is taken, in tokens per second; between the two the time per token grows linearly.</summary>
    /// <value>Greater than 0, at most <see cref="DecodeTokensPerSecond"/>. The default value is 20.</value>
    public double DecodeTokensPerSecondWhenFull { get; set; } = 20;

    internal SimulatedGpuOptions ValidatedCopy()
    {
        var copy = (SimulatedGpuOptions)MemberwiseClone();
        OptionChecks.AtLeast(copy.SlotCount, 1, nameof(SlotCount));
        OptionChecks.AtLeast(copy.MaxQueueLength, 0, nameof(MaxQueueLength));
        OptionChecks.Positive(copy.PrefillTokensPerSecond, nameof(PrefillTokensPerSecond));
        OptionChecks.AtLeast(copy.PrefillTokensPerStep, 1, nameof(PrefillTokensPerStep));
        OptionChecks.Positive(copy.DecodeTokensPerSecond, nameof(DecodeTokensPerSecond));
        OptionChecks.Positive(copy.DecodeTokensPerSecondWhenFull, nameof(DecodeTokensPerSecondWhenFull));
        OptionChecks.AtMost(copy.DecodeTokensPerSecondWhenFull, copy.DecodeTokensPerSecond, nameof(DecodeTokensPerSecondWhenFull));
        return copy;
    }
}
