namespace LlmResilience;

/// <summary>Whether a stream or a response that ends without a finish reason was cut.</summary>
public enum FinishReasonRequirement
{
    /// <summary>Yes, once the endpoint has been seen to send one, in a stream or in a response: each on its own.</summary>
    Auto,

    /// <summary>Yes, always.</summary>
    Always,

    /// <summary>No: the endpoint never sends one.</summary>
    Never,
}
