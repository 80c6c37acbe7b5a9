using System.Threading.Channels;

namespace LlmResilience.Testing;

/// <summary>One request on the GPU. Yields one item per token; disposing it frees its slot or its place in the queue.</summary>
internal sealed class SimulatedSequence(SimulatedGpu gpu, int promptTokens, int tokens) : IDisposable
{
    private readonly Channel<int> _tokens = Channel.CreateUnbounded<int>(new() { SingleReader = true, SingleWriter = true });

    /// <summary>Gets the numbers of the tokens, from 0. Ends with the answer, or with a <see cref="SimulatedCrashException"/>.</summary>
    public ChannelReader<int> Tokens => _tokens.Reader;

    internal int PromptTokensLeft { get; set; } = promptTokens;

    internal int PromptTokensInStep { get; set; }

    internal bool DecodesInStep { get; set; }

    internal int TokensDone { get; private set; }

    internal bool IsDone => TokensDone == tokens;

    public void Dispose() => gpu.Remove(this);

    internal void Emit()
    {
        _tokens.Writer.TryWrite(TokensDone++);
        if (IsDone)
        {
            End(null);
        }
    }

    internal void End(Exception? exception) => _tokens.Writer.TryComplete(exception);
}
