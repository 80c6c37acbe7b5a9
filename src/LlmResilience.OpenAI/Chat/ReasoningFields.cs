namespace LlmResilience.OpenAI;

/// <summary>The fields of a message in which servers give their reasoning as text.</summary>
internal static class ReasoningFields
{
    /// <summary>DeepSeek, Moonshot, Zhipu, DashScope, SGLang, older vLLM.</summary>
    public const string Content = "reasoning_content";

    /// <summary>vLLM, Ollama, OpenRouter, Groq.</summary>
    public const string Reasoning = "reasoning";
}
