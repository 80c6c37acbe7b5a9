using Microsoft.Extensions.AI;

namespace LlmResilience.Utilities;

/// <summary>Jobs that go on at the provider after its answer, and are asked about with a token.</summary>
/// <remarks>Microsoft marks these members as experimental. All that the library asks of them is here, so that a change of theirs is a change here.</remarks>
#pragma warning disable MEAI001
internal static class BackgroundResponses
{
    /// <summary>The response tells of a job that goes on.</summary>
    public static bool HasToken(ChatResponse response) => response.ContinuationToken is not null;

    /// <summary>The update says where the stream could be taken up again.</summary>
    public static bool HasToken(ChatResponseUpdate update) => update.ContinuationToken is not null;

    /// <summary>The request asks about a job, or takes up a stream again.</summary>
    public static bool HasToken(ChatOptions options) => options.ContinuationToken is not null;

    /// <summary>The token itself, as bytes.</summary>
    public static ReadOnlyMemory<byte>? TokenOf(ChatResponse response) => response.ContinuationToken?.ToBytes();

    /// <inheritdoc cref="TokenOf(ChatResponse)"/>
    public static ReadOnlyMemory<byte>? TokenOf(ChatResponseUpdate update) => update.ContinuationToken?.ToBytes();

    /// <inheritdoc cref="TokenOf(ChatResponse)"/>
    public static ReadOnlyMemory<byte>? TokenOf(ChatOptions options) => options.ContinuationToken?.ToBytes();

    /// <summary>The app takes a token for an answer.</summary>
    public static bool AreAllowed(ChatOptions? options) => options?.AllowBackgroundResponses == true;
}
#pragma warning restore MEAI001
