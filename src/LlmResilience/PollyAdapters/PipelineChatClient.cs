using System.Runtime.CompilerServices;
using LlmResilience.Utilities;
using Microsoft.Extensions.AI;
using Polly;

namespace LlmResilience.PollyAdapters;

/// <summary>An endpoint's client with the app's own Polly strategies around it: around a response, or around a stream up to its first token.</summary>
/// <remarks>
/// Polly's timeout and hedging hand out pooled tokens that outlive the callback only by accident. The stream gets a token of its own,
/// which Polly's may cancel while the callback runs.
/// </remarks>
internal sealed class PipelineChatClient : DelegatingChatClient
{
    private readonly ResiliencePipeline _pipeline;
    private readonly Action<Exception> _onReleaseFailed;

    private PipelineChatClient(IChatClient inner, ResiliencePipeline pipeline, Action<Exception> onReleaseFailed)
        : base(inner)
    {
        _pipeline = pipeline;
        _onReleaseFailed = onReleaseFailed;
    }

    public static PipelineChatClient Create(
        IChatClient inner, IReadOnlyList<Action<ResiliencePipelineBuilder>> configurations, TimeProvider timeProvider, Action<Exception> onReleaseFailed)
    {
        var builder = new ResiliencePipelineBuilder { TimeProvider = timeProvider };
        foreach (var configure in configurations)
        {
            configure(builder);
        }

        return new PipelineChatClient(inner, builder.Build(), onReleaseFailed);
    }

    public override Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
        => _pipeline.ExecuteAsync(
            static async (call, token) => await call.InnerClient.GetResponseAsync(call.messages, call.options, token).ConfigureAwait(false),
            (InnerClient, messages, options),
            cancellationToken).AsTask();

    public override async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var opened = await _pipeline.ExecuteAsync(
            static (call, token) => call.Item1.OpenAsync(call.messages, call.options, call.cancellationToken, token),
            (this, messages, options, cancellationToken),
            cancellationToken).ConfigureAwait(false);
        await using (opened.ConfigureAwait(false))
        {
            while (await opened.MoveNextAsync().ConfigureAwait(false))
            {
                yield return opened.Current;
            }
        }
    }

    private async ValueTask<OpenedStream> OpenAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options, CancellationToken streamToken, CancellationToken openingToken)
    {
        var cancellation = CancellationTokenSource.CreateLinkedTokenSource(streamToken);
        OpenedStream opened;
        using (openingToken.UnsafeRegister(static source => ((CancellationTokenSource)source!).CancelQuietly(), cancellation))
        {
            opened = await OpenedStream.OpenAsync(InnerClient.GetStreamingResponseAsync(messages, options, cancellation.Token), cancellation, _onReleaseFailed).ConfigureAwait(false);
        }

        if (openingToken.IsCancellationRequested)
        {
            // A timeout of the pipeline came together with the first token, and has canceled the stream.
            await opened.DisposeAsync().ConfigureAwait(false);
            openingToken.ThrowIfCancellationRequested();
        }

        return opened;
    }
}
