using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace LlmResilience.Soak.Tests.Streams;

/// <summary>
/// A client in memory whose answers are a function of the prompt, and whose every call may go wrong in any way that a provider's can. It
/// counts what is open.
/// </summary>
internal sealed class ChaoticClient(int seed, TimeSpan pace) : IChatClient
{
    private const string Preamble = "preamble";

    private int _open;
    private int _calls;
    private int _disposedTwice;
    private int _disposedWhileMoving;

    /// <summary>The share of calls that go wrong before their first token.</summary>
    public double FaultsBefore { get; set; }

    /// <summary>The share of calls that go wrong after it.</summary>
    public double FaultsAfter { get; set; }

    /// <summary>The share of faults in which the client goes silent for longer than the timeouts; the rest fails at once.</summary>
    public double Silence { get; set; } = 0.3;

    /// <summary>How long it is silent then, at least; at most twice as long.</summary>
    public TimeSpan SilentFor { get; set; } = TimeSpan.FromMilliseconds(200);

    /// <summary>Streams whose enumerator was made and not disposed, and responses that have not ended.</summary>
    public int Open => Volatile.Read(ref _open);

    public int Calls => Volatile.Read(ref _calls);

    public int DisposedTwice => Volatile.Read(ref _disposedTwice);

    public int DisposedWhileMoving => Volatile.Read(ref _disposedWhileMoving);

    /// <summary>The whole right answer to a prompt.</summary>
    public static string AnswerTo(string prompt) => string.Concat(TokensFor(prompt));

    public async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        var random = NextRandom();
        Interlocked.Increment(ref _open);
        try
        {
            await StepAsync(random, cancellationToken);
            if (random.NextDouble() < FaultsBefore)
            {
                await GoWrongAsync(random, cancellationToken);
            }

            return new ChatResponse(new ChatMessage(ChatRole.Assistant, AnswerTo(messages.Last().Text))) { FinishReason = ChatFinishReason.Stop };
        }
        finally
        {
            Interlocked.Decrement(ref _open);
        }
    }

    public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        var random = NextRandom();
        var goesWrong = random.NextDouble() < FaultsBefore;
        if (goesWrong && random.Next(10) == 0)
        {
            throw new IOException("at the call");
        }

        return new Counted(this, StreamAsync(messages.Last().Text, goesWrong, random, cancellationToken), random.Next(50) == 0 && FaultsBefore > 0);
    }

    public object? GetService(Type serviceType, object? serviceKey = null) => null;

    public void Dispose()
    {
    }

    private static IEnumerable<string> TokensFor(string prompt)
    {
        var number = int.Parse(prompt, System.Globalization.CultureInfo.InvariantCulture);
        return Enumerable.Range(0, 3 + (number % 13)).Select(i => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{number}:{i} "));
    }

    private Random NextRandom() => new(HashCode.Combine(seed, Interlocked.Increment(ref _calls)));

    private async IAsyncEnumerable<ChatResponseUpdate> StreamAsync(string prompt, bool goesWrong, Random random, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await StepAsync(random, cancellationToken);
        if (random.Next(2) == 0)
        {
            yield return new ChatResponseUpdate { Role = ChatRole.Assistant, ResponseId = Preamble };
        }

        if (goesWrong)
        {
            switch (random.Next(4))
            {
                case 0:
                    yield break;
                case 1:
                    yield return new ChatResponseUpdate(ChatRole.Assistant, [new ErrorContent("overloaded")]);
                    yield break;
                default:
                    await GoWrongAsync(random, cancellationToken);
                    break;
            }
        }

        var tokens = TokensFor(prompt).ToList();
        var breaksAt = random.NextDouble() < FaultsAfter ? random.Next(1, tokens.Count + 1) : -1;
        for (var i = 0; i < tokens.Count; i++)
        {
            await StepAsync(random, cancellationToken);
            if (i == breaksAt)
            {
                if (random.Next(4) == 0)
                {
                    yield break;
                }

                await GoWrongAsync(random, cancellationToken);
            }

            yield return new ChatResponseUpdate(ChatRole.Assistant, tokens[i]);
        }

        if (breaksAt != tokens.Count)
        {
            yield return new ChatResponseUpdate(ChatRole.Assistant, []) { FinishReason = ChatFinishReason.Stop };
        }
    }

    private async Task StepAsync(Random random, CancellationToken cancellationToken)
    {
        switch (random.Next(8))
        {
            case < 2:
                await Task.Yield();
                break;
            case 2 when pace > TimeSpan.Zero:
                await Task.Delay(pace, cancellationToken);
                break;
        }
    }

    private async Task GoWrongAsync(Random random, CancellationToken cancellationToken)
    {
        if (random.NextDouble() < Silence)
        {
            // Some clients do not listen to their token.
            await Task.Delay(SilentFor * (1 + random.NextDouble()), random.Next(3) == 0 ? CancellationToken.None : cancellationToken);
        }

        throw random.Next(4) switch
        {
            0 => new IOException("reset"),
            1 => new HttpRequestException("unavailable", inner: null, System.Net.HttpStatusCode.ServiceUnavailable),
            2 => new HttpRequestException("error", inner: null, System.Net.HttpStatusCode.InternalServerError),
            _ => new InvalidOperationException("anything"),
        };
    }

    private sealed class Counted(ChaoticClient client, IAsyncEnumerable<ChatResponseUpdate> stream, bool isSlowToDispose) : IAsyncEnumerable<ChatResponseUpdate>
    {
        public IAsyncEnumerator<ChatResponseUpdate> GetAsyncEnumerator(CancellationToken cancellationToken = default)
        {
            Interlocked.Increment(ref client._open);
            return new Enumerator(client, stream.GetAsyncEnumerator(cancellationToken), isSlowToDispose);
        }
    }

    private sealed class Enumerator(ChaoticClient client, IAsyncEnumerator<ChatResponseUpdate> inner, bool isSlowToDispose) : IAsyncEnumerator<ChatResponseUpdate>
    {
        private int _disposed;

        public ChatResponseUpdate Current => inner.Current;

        public ValueTask<bool> MoveNextAsync() => inner.MoveNextAsync();

        public async ValueTask DisposeAsync()
        {
            if (Interlocked.Exchange(ref _disposed, 1) != 0)
            {
                Interlocked.Increment(ref client._disposedTwice);
                return;
            }

            try
            {
                await inner.DisposeAsync();
            }
            catch (NotSupportedException)
            {
                // What a compiler's iterator says if a move of it is pending.
                Interlocked.Increment(ref client._disposedWhileMoving);
                throw;
            }

            if (isSlowToDispose)
            {
                await Task.Delay(5);
            }

            Interlocked.Decrement(ref client._open);
            if (isSlowToDispose)
            {
                throw new IOException("at the disposal");
            }
        }
    }
}
