namespace LlmResilience.Testing;

/// <summary>How a <see cref="SimulatedOpenAIServer"/> tells in a stream what an answer took.</summary>
public enum SimulatedUsageStyle
{
    /// <summary>In a last event without choices, if the request asks for it: OpenAI.</summary>
    LastEvent,

    /// <summary>In the event with the finish reason.</summary>
    FinishEvent,

    /// <summary>In every event, all so far: vLLM's continuous usage, Gemini.</summary>
    RunningTotals,

    /// <summary>In every event, what it adds.</summary>
    Increments,
}
