using Microsoft.Extensions.AI;

namespace LlmResilience.OpenAI;

/// <summary>What a stream used, of which servers tell in three ways: once at the end, as a total so far with every event, or as what each event added.</summary>
internal sealed class UsageTotals
{
    private UsageDetails? _last;
    private UsageDetails? _sum;
    private bool _isIncremental;

    public void Add(UsageDetails usage)
    {
        // A total never falls; what only is added does.
        _isIncremental |= usage.OutputTokenCount < _last?.OutputTokenCount;
        _sum = _sum is null ? Copy(usage) : Sum(_sum, usage);
        _last = usage;
    }

    /// <summary>Takes what the server says of the whole stream, after it: that counts, whatever came before.</summary>
    public void Set(UsageDetails usage)
    {
        _last = usage;
        _isIncremental = false;
    }

    public UsageDetails? ToUsage() => _isIncremental ? _sum : _last;

    private UsageDetails Sum(UsageDetails sum, UsageDetails next)
    {
        // The prompt's share is the same prompt's where it does not change.
        var isSamePrompt = next.InputTokenCount == _last!.InputTokenCount;
        var result = new UsageDetails
        {
            InputTokenCount = isSamePrompt ? sum.InputTokenCount : Add(sum.InputTokenCount, next.InputTokenCount),
            OutputTokenCount = Add(sum.OutputTokenCount, next.OutputTokenCount),
            CachedInputTokenCount = isSamePrompt ? sum.CachedInputTokenCount : Add(sum.CachedInputTokenCount, next.CachedInputTokenCount),
            ReasoningTokenCount = Add(sum.ReasoningTokenCount, next.ReasoningTokenCount),
        };
        result.TotalTokenCount = Add(result.InputTokenCount, result.OutputTokenCount);
        return result;
    }

    private static UsageDetails Copy(UsageDetails usage) => new()
    {
        InputTokenCount = usage.InputTokenCount,
        OutputTokenCount = usage.OutputTokenCount,
        TotalTokenCount = usage.TotalTokenCount,
        CachedInputTokenCount = usage.CachedInputTokenCount,
        ReasoningTokenCount = usage.ReasoningTokenCount,
    };

    // What no server means must not throw either.
    private static long? Add(long? left, long? right) => left is null ? right : right is null ? left : unchecked(left + right);
}
