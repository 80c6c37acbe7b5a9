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
internal sealed record ChatExchange(
    HttpContext Http,
    ChatRequest Request,
    Answer Answer,
    ChatResponseHead Head,
    SimulatedSequence Sequence,
    ResponseBody Body,
    OpenAIFaultContext Context,
    FaultGate Gate);
