using Microsoft.Extensions.AI;

namespace LlmResilience.Anthropic;

/// <summary>The SDK's stream. Only its first step, which sends the request, is wrapped; every later one costs nothing.</summary>
internal sealed class AnthropicStream(IAsyncEnumerable<ChatResponseUpdate> inner) : IAsyncEnumerable<ChatResponseUpdate>
{
    public IAsyncEnumerator<ChatResponseUpdate> GetAsyncEnumerator(CancellationToken cancellationToken = default)
        => new Enumerator(inner.GetAsyncEnumerator(cancellationToken));

    private sealed class Enumerator(IAsyncEnumerator<ChatResponseUpdate> inner) : IAsyncEnumerator<ChatResponseUpdate>
    {
        private bool _started;

        public ChatResponseUpdate Current => inner.Current;

        public ValueTask<bool> MoveNextAsync()
        {
            if (_started)
            {
                return inner.MoveNextAsync();
            }

            _started = true;
            return SendAsync();
        }

        public ValueTask DisposeAsync() => inner.DisposeAsync();

        private async ValueTask<bool> SendAsync()
        {
            var failed = FailedResponse.Begin();
            try
            {
                return await inner.MoveNextAsync().ConfigureAwait(false);
            }
            catch (Exception e) when (failed.AttachTo(e))
            {
                throw;
            }
        }
    }
}
