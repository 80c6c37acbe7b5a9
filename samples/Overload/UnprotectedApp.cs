using System.ClientModel;
using System.ClientModel.Primitives;
using System.Runtime.CompilerServices;
using LlmResilience;
using OpenAI;
using OpenAI.Chat;

namespace Overload;

/// <summary>Calls the self-hosted server straight through the OpenAI SDK. No fallback, and no retries, which would only add to the load.</summary>
internal sealed class UnprotectedApp(Uri selfHosted) : IApp
{
    private readonly ChatClient _client = new(
        "deepseek-r1-distill-qwen-7b",
        new ApiKeyCredential("none"),
        new OpenAIClientOptions { Endpoint = selfHosted, RetryPolicy = new ClientRetryPolicy(maxRetries: 0) });

    // Never called: there is nobody who would know.
    public Action<EndpointStateChangedContext>? OnEndpointStateChanged { get; set; }

    public string Name => "unprotected";

    public LlmEndpoints? Endpoints => null;

    public EndpointOptions? Settings => null;

    public async IAsyncEnumerable<AnswerPart> AskAsync(string prompt, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var update in _client.CompleteChatStreamingAsync([new UserChatMessage(prompt)], cancellationToken: cancellationToken))
        {
            var hasText = update.ContentUpdate.Any(part => part.Text is { Length: > 0 });
            yield return new AnswerPart(EndpointNames.SelfHosted, hasText, update.FinishReason is not null);
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
