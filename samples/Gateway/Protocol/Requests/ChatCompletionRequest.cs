using Microsoft.Extensions.AI;

namespace Gateway.Protocol.Requests;

/// <summary>A chat completion as the client asked for it.</summary>
/// <param name="Model">The model.</param>
/// <param name="Fallbacks">Whom to ask if it does not answer, in order.</param>
/// <param name="Stream">Whether the answer comes in events.</param>
/// <param name="IncludeUsage">Whether the last event but one is the usage.</param>
/// <param name="Messages">The messages. Each carries its JSON, and is sent as that says.</param>
/// <param name="Options">The rest of the request, also as JSON: what the gateway does not know passes as well.</param>
internal sealed record ChatCompletionRequest(
    string Model, IReadOnlyList<string> Fallbacks, bool Stream, bool IncludeUsage, IReadOnlyList<ChatMessage> Messages, ChatOptions Options);
