using Polly;

namespace LlmResilience;

/// <summary>Options of <see cref="LlmResiliencePipelineBuilderExtensions.AddFirstTokenTimeout{TBuilder}(TBuilder, FirstTokenTimeoutStrategyOptions)"/>.</summary>
public sealed class FirstTokenTimeoutStrategyOptions : ResilienceStrategyOptions
{
    /// <summary>Creates the options with their defaults.</summary>
    public FirstTokenTimeoutStrategyOptions() => Name = "FirstTokenTimeout";

    /// <summary>From the callback's start to the stream's first token.</summary>
    /// <value>The default is 30 seconds. Above zero, at most one day.</value>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(30);
}
