using LlmResilience;

namespace Overload;

/// <summary>An app with a chat feature. The two of this sample differ only in how they reach a model.</summary>
internal interface IApp : IAsyncDisposable
{
    /// <summary>Called when LlmResilience sees one of its endpoints in another state.</summary>
    Action<EndpointStateChangedContext>? OnEndpointStateChanged { get; set; }

    string Name { get; }

    /// <summary>The endpoints as LlmResilience sees them; <see langword="null"/> without it.</summary>
    LlmEndpoints? Endpoints { get; }

    /// <summary>The settings that every endpoint starts from, for the report; <see langword="null"/> without LlmResilience.</summary>
    EndpointOptions? Settings { get; }

    /// <summary>Answers a user, part by part.</summary>
    IAsyncEnumerable<AnswerPart> AskAsync(string prompt, CancellationToken cancellationToken);
}
