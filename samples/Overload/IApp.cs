using LlmResilience;

namespace Overload.Apps;

/// <summary>An app with a chat feature. The two of this sample differ only in how they reach a model.</summary>
internal interface IApp : IAsyncDisposable
{
    string Name { get; }

    /// <summary>The settings that every endpoint starts from; <see langword="null"/> without LlmResilience.</summary>
    EndpointOptions? Settings { get; }

    /// <summary>Answers a user, part by part.</summary>
    IAsyncEnumerable<AnswerPart> AskAsync(string prompt, CancellationToken cancellationToken);

    /// <summary>Sends what has to be sent once before times are worth measuring: a process's first requests wait for the JIT compiler.</summary>
    Task WarmUpAsync(CancellationToken cancellationToken);

    /// <summary>The endpoints as LlmResilience sees them; none without it.</summary>
    IReadOnlyList<EndpointSnapshot> GetEndpoints();
}
