using Microsoft.AspNetCore.Http;

namespace LlmResilience.Testing;

/// <summary>One chat completion on its way through the server.</summary>
/// <param name="Http">The HTTP request.</param>
/// <param name="Request">What is asked.</param>
/// <param name="Answer">What will be answered.</param>
/// <param name="Head">What all parts of the response have in common.</param>
/// <param name="Sequence">The answer's progress on the GPU.</param>
/// <param name="Body">Where the response is written.</param>
/// <param name="Context">What the fault writes with.</param>
/// <param name="Gate">Asks the fault, if there is one.</param>
/// <param name="Dialect">How the server differs from OpenAI's.</param>
internal sealed record ChatExchange(
    HttpContext Http,
    ChatRequest Request,
    Answer Answer,
    ChatResponseHead Head,
    SimulatedSequence Sequence,
    ResponseBody Body,
    OpenAIFaultContext Context,
    FaultGate Gate,
    SimulatedOpenAIDialect Dialect)
{
    /// <summary>Gets whether the model calls its tools.</summary>
    public bool CallsTools => Dialect.ToolCalls.Count > 0 && !Answer.IsCut && !Request.EndsWithToolResult;

    public string FinishReason => Dialect.FinishReason ?? (CallsTools ? "tool_calls" : Answer.FinishReason);
}
