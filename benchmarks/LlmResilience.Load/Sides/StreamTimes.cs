namespace LlmResilience.Load.Sides;

/// <summary>Of one stream, in microseconds.</summary>
internal readonly record struct StreamTimes(double FirstToken, double BetweenTokens);
