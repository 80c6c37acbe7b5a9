using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using Microsoft.Extensions.AI;

namespace LlmResilience.Benchmarks.Peers;

/// <summary>The shape of Microsoft's ordered failover (select, call, commit at the first update), since its package is not referenced: no timeouts, no memory.</summary>
internal sealed class OrderedFailoverPeer(params IChatClient[] clients) : IChatClient
{
    public async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        var started = Stopwatch.GetTimestamp();
        for (var i = 0; ; i++)
        {
            try
            {
                return await clients[i].GetResponseAsync(messages, options?.Clone(), cancellationToken).ConfigureAwait(false);
            }
            catch (Exception) when (i < clients.Length - 1 && !cancellationToken.IsCancellationRequested)
            {
                _ = Stopwatch.GetElapsedTime(started);
            }
        }
    }

    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        for (var i = 0; ; i++)
        {
            var watch = Stopwatch.StartNew();
            var committed = false;
            ExceptionDispatchInfo? failure = null;
            var updates = clients[i].GetStreamingResponseAsync(messages, options?.Clone(), cancellationToken).GetAsyncEnumerator(cancellationToken);
            await using (updates.ConfigureAwait(false))
            {
                while (true)
                {
                    ChatResponseUpdate update;
                    try
                    {
                        if (!await updates.MoveNextAsync().ConfigureAwait(false))
                        {
                            yield break;
                        }

                        update = updates.Current;
                        committed = true;
                    }
                    catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
                    {
                        failure = ExceptionDispatchInfo.Capture(exception);
                        break;
                    }

                    watch.Stop();
                    yield return update;
                    watch.Start();
                }
            }

            if (committed || i == clients.Length - 1)
            {
                failure.Throw();
            }
        }
    }

    public object? GetService(Type serviceType, object? serviceKey = null) => null;

    public void Dispose()
    {
    }
}
