namespace LlmResilience.Testing;

/// <summary>What a fault does, once it is time.</summary>
internal enum AnthropicStrike
{
    Status,
    Silence,
    SilenceAfterHeaders,
    Empty,
    Stall,
    Pings,
    Cut,
    End,
    Malformed,
    Error,
}
