namespace LlmResilience.Attempts;

/// <summary>What became of one move of a stream.</summary>
internal enum MoveOutcome : byte
{
    /// <summary>There is another update.</summary>
    Moved,

    /// <summary>It has not completed yet.</summary>
    Pending,

    /// <summary>The stream is at its end.</summary>
    Ended,

    /// <summary>It failed.</summary>
    Failed,
}
