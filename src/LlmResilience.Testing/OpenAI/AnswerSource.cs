namespace LlmResilience.Testing;

/// <summary>Decides what is answered: the words by the prompt, the length by chance.</summary>
internal sealed class AnswerSource(SimulatedOpenAIServerOptions options)
{
    private readonly Lock _lock = new();
    private readonly Random _random = new(options.Seed);

    public Answer Next(ChatRequest request)
    {
        var reasoning = Math.Min(options.ReasoningTokenCount, request.MaxTokens);
        var wanted = reasoning + NextLength();
        var tokens = Math.Min(wanted, request.MaxTokens);
        return new(reasoning, tokens, tokens < wanted, request.PromptHash + unchecked((uint)options.Seed));
    }

    private int NextLength()
    {
        lock (_lock)
        {
            var deviation = options.TokensPerAnswerJitterRatio * ((2 * _random.NextDouble()) - 1);
            return Math.Max(1, (int)Math.Round(options.TokensPerAnswer * (1 + deviation)));
        }
    }
}
