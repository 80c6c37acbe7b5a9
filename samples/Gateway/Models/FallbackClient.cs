using System.Runtime.CompilerServices;
using LlmResilience;
using Microsoft.Extensions.AI;

namespace Gateway.Models;

/// <summary>Asks a request's model, and if all of that has failed before the first token, its fallbacks in turn. No endpoint is asked twice.</summary>
internal sealed class FallbackClient(IReadOnlyList<RequestedModel> models) : IChatClient
{
    public async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        var trail = new FallbackTrail();
        foreach (var model in models)
        {
            if (Prepare(model, options, trail) is { } prepared)
            {
                using var patience = CreatePatience(model, model.Response, cancellationToken);
                var response = await trail.TryAsync(model, () => model.Client.GetResponseAsync(messages, prepared, patience.Token), cancellationToken);
                if (response is not null)
                {
                    trail.CountOn(response.AdditionalProperties ??= []);
                    return response;
                }
            }
        }

        throw trail.Failure;
    }

    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var trail = new FallbackTrail();
        foreach (var model in models)
        {
            if (Prepare(model, options, trail) is not { } prepared)
            {
                continue;
            }

            using var patience = CreatePatience(model, model.FirstToken, cancellationToken);
            await using var updates = model.Client.GetStreamingResponseAsync(messages, prepared, patience.Token).GetAsyncEnumerator(CancellationToken.None);
            if (await trail.TryAsync(model, () => FirstAsync(updates), cancellationToken) is not { } first)
            {
                continue;
            }

            patience.CancelAfter(Timeout.InfiniteTimeSpan);
            trail.CountOn(first.AdditionalProperties ??= []);
            do
            {
                yield return updates.Current;
            }
            while (await updates.MoveNextAsync());

            yield break;
        }

        throw trail.Failure;
    }

    public object? GetService(Type serviceType, object? serviceKey = null) => models[0].Client.GetService(serviceType, serviceKey);

    // The models' clients are not its own.
    public void Dispose()
    {
    }

    // A resilient client always ends its stream with an update or an exception.
    private static async Task<ChatResponseUpdate> FirstAsync(IAsyncEnumerator<ChatResponseUpdate> updates)
        => await updates.MoveNextAsync() ? updates.Current : new ChatResponseUpdate();

    private ChatOptions? Prepare(RequestedModel model, ChatOptions? options, FallbackTrail trail)
        => model.Prepare(options?.Clone() ?? new ChatOptions(), endpoint => trail.MayAsk(model, endpoint, IsLast(model)));

    private bool IsLast(RequestedModel model) => ReferenceEquals(model, models[^1]);

    private CancellationTokenSource CreatePatience(RequestedModel model, TimeSpan limit, CancellationToken cancellationToken)
    {
        var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        if (limit != Timeout.InfiniteTimeSpan && !IsLast(model))
        {
            patience.CancelAfter(limit + RequestedModel.Margin);
        }

        return patience;
    }
}
