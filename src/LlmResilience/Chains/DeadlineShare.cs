namespace LlmResilience.Chains;

/// <summary>What an attempt gets of the time that is left of its request.</summary>
internal static class DeadlineShare
{
    /// <summary>All of it but what the later candidates may need for their first token, each of them at most as much as an equal part.</summary>
    /// <param name="timeLeft">What is left of the request's time, in clock ticks.</param>
    /// <param name="laterFirstTokens">The limit of the first token of each later candidate; 0 for none.</param>
    public static long Of(long timeLeft, ReadOnlySpan<long> laterFirstTokens)
    {
        var equalPart = timeLeft / (laterFirstTokens.Length + 1);
        var share = timeLeft;
        foreach (var firstToken in laterFirstTokens)
        {
            share -= firstToken == 0 ? equalPart : Math.Min(firstToken, equalPart);
        }

        return share;
    }
}
