namespace LlmResilience.Testing;

/// <summary>Where a <see cref="SimulatedOpenAIServer"/> puts its reasoning.</summary>
public enum SimulatedReasoningFormat
{
    /// <summary><c>reasoning_content</c>, beside the content: DeepSeek, Moonshot, Zhipu, DashScope, SGLang.</summary>
    ReasoningContent,

    /// <summary><c>reasoning</c>, beside the content: vLLM, Ollama, Groq.</summary>
    Reasoning,

    /// <summary><c>reasoning</c> and, signed at its end, <c>reasoning_details</c>: OpenRouter.</summary>
    ReasoningDetails,

    /// <summary>Blocks of type <c>thinking</c> in the content: Mistral.</summary>
    ThinkingBlocks,
}
