namespace LlmResilience.Testing;

/// <summary>The text that one request will get, decided in advance.</summary>
/// <param name="ReasoningTokens">How many tokens of reasoning come first.</param>
/// <param name="Tokens">How many tokens there are in all.</param>
/// <param name="IsCut">Whether the request's own limit ended it.</param>
/// <param name="FirstWord">Where in the list of words it starts.</param>
internal sealed record Answer(int ReasoningTokens, int Tokens, bool IsCut, uint FirstWord)
{
    public string FinishReason => IsCut ? "length" : "stop";

    public bool IsReasoning(int token) => token < ReasoningTokens;

    public ReadOnlySpan<byte> this[int token] => Words.Get(FirstWord + (uint)token, isFirst: token == 0 || token == ReasoningTokens);

    /// <summary>Joins tokens, for responses that are sent as a whole.</summary>
    public byte[] Join(int start, int end)
    {
        var text = new List<byte>();
        for (var token = start; token < end; token++)
        {
            text.AddRange(this[token]);
        }

        return [.. text];
    }
}
