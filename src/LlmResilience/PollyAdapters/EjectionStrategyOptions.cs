using Polly;

namespace LlmResilience;

/// <summary>Options of <see cref="LlmResiliencePipelineBuilderExtensions.AddEjection{TBuilder}(TBuilder, EjectionStrategyOptions)"/>.</summary>
public sealed class EjectionStrategyOptions : ResilienceStrategyOptions
{
    /// <summary>Creates the options with their defaults.</summary>
    public EjectionStrategyOptions() => Name = "Ejection";

    /// <summary>When executions are rejected, for how long, and how they are let back in.</summary>
    public EjectionOptions Ejection { get; set; } = new();

    /// <summary>What each kind of failure does; here only whether it counts against health is looked at.</summary>
    public FailureRules Failures { get; set; } = new();

    /// <summary>Tell failures of what is inside from those of the caller, asked in this order; behind them come .NET's and Polly's own exceptions.</summary>
    /// <value>The default is empty. A provider package has one for its SDK.</value>
    public IList<FailureClassifier> FailureClassifiers { get; } = [];
}
