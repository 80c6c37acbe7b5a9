using LlmResilience.Health;
using LlmResilience.Limits;
using LlmResilience.Utilities;
using Microsoft.Extensions.AI;

namespace LlmResilience.Endpoints;

/// <summary>An endpoint's options as its attempts read them: resolved once, immutable, in clock ticks (a timeout that is off is 0).</summary>
internal sealed class EndpointSettings
{
    private readonly EndpointOptions _options;
    private readonly long _perInputToken;

    public EndpointSettings(EndpointOptions options)
    {
        _options = options;
        _perInputToken = options.Timeouts.FirstTokenPerInputToken.Ticks;
        FirstToken = TicksOf(options.Timeouts.FirstToken);
        FirstTokenAtLastEndpoint = TicksOf(options.Timeouts.FirstTokenAtLastEndpoint);
        BetweenTokens = TicksOf(options.Timeouts.BetweenTokens);
        Response = TicksOf(options.Timeouts.Response);
        ResponseAtLastEndpoint = TicksOf(options.Timeouts.ResponseAtLastEndpoint);
        Ejection = EjectionSettings.From(options.Ejection);
    }

    public int Priority => _options.Priority;

    public string? ModelId => _options.ModelId;

    public string? StateGroup => _options.StateGroup;

    public int Weight => _options.Weight;

    public int? ContextWindow => _options.ContextWindow;

    public FinishReasonRequirement RequireFinishReason => _options.RequireFinishReason;

    public bool RunOnThreadPool => _options.RunOnThreadPool;

    public EndpointRetryOptions Retry => _options.Retry;

    public ActiveProbeOptions ActiveProbe => _options.ActiveProbe;

    public IReadOnlyList<FailureClassifier> Classifiers => _options.GetFailureClassifiers();

    public EjectionSettings Ejection { get; }

    public long FirstToken { get; }

    public long FirstTokenAtLastEndpoint { get; }

    public long BetweenTokens { get; }

    public long Response { get; }

    public long ResponseAtLastEndpoint { get; }

    /// <summary>Whether the last endpoint that a request can go to is given longer for its response.</summary>
    public bool IsResponseLongerAtLastEndpoint => ResponseAtLastEndpoint == 0 || ResponseAtLastEndpoint > Response;

    public string? Region => _options.Region;

    public bool IsIn(string region) => string.Equals(_options.Region, region, StringComparison.OrdinalIgnoreCase);

    public FailureRule RuleFor(FailureKind kind) => _options.Failures[kind];

    /// <summary>Whether the last endpoint that a request can go to is given longer than this limit of the first token.</summary>
    public bool IsLongerAtLastEndpoint(long limit) => FirstTokenAtLastEndpoint == 0 || FirstTokenAtLastEndpoint > limit;

    public bool IsProgress(ChatResponseUpdate update)
    {
        foreach (var detector in _options.GetProgressDetectors())
        {
            if (Detects(detector, update))
            {
                return true;
            }
        }

        return false;
    }

    public TimeSpan? CoolDownFor(in Failure failure)
    {
        if (failure.RetryAfter is { } retryAfter && failure.Kind is FailureKind.RateLimited or FailureKind.Overloaded or FailureKind.QuotaExhausted)
        {
            return TimeSpan.FromTicks(Math.Min(retryAfter.Ticks, Ejection.MaxRetryAfter));
        }

        if (failure.Kind == FailureKind.NotFound && ModelId is null)
        {
            // The request named the model; the next one may name another.
            return null;
        }

        return RuleFor(failure.Kind).CoolDown
            ?? (failure.Kind == FailureKind.QuotaExhausted ? TimeSpan.FromTicks(Ejection.MaxTime) : null);
    }

    /// <summary>What a prompt's length adds to the first-token limits.</summary>
    public long ExtraForPrompt(IReadOnlyList<ChatMessage> messages, ChatOptions? options)
        => _perInputToken == 0 ? 0 : TokenEstimator.Estimate(messages, options) * _perInputToken;

    private static bool Detects(Func<ChatResponseUpdate, bool> detector, ChatResponseUpdate update)
    {
        try
        {
            return detector(update);
        }
#pragma warning disable CA1031 // A detector that throws has seen no progress; the endpoint did nothing wrong.
        catch (Exception)
#pragma warning restore CA1031
        {
            return false;
        }
    }

    private static long TicksOf(TimeSpan timeout) => timeout == Timeout.InfiniteTimeSpan ? 0 : timeout.Ticks;
}
