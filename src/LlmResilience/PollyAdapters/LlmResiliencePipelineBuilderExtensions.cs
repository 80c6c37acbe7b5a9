using System.Diagnostics.CodeAnalysis;
using LlmResilience;
using LlmResilience.PollyAdapters;
using LlmResilience.Utilities;
using Microsoft.Extensions.Options;

namespace Polly;

/// <summary>The strategies of LlmResilience for pipelines of the app's own.</summary>
public static class LlmResiliencePipelineBuilderExtensions
{
    /// <summary>Fails an execution whose stream does not send its first token in time.</summary>
    /// <typeparam name="TBuilder">The builder's type.</typeparam>
    /// <param name="builder">The builder.</param>
    /// <param name="timeout">From the callback's start to the first token.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> is null.</exception>
    /// <exception cref="OptionsValidationException"><paramref name="timeout"/> is out of its range.</exception>
    public static TBuilder AddFirstTokenTimeout<TBuilder>(this TBuilder builder, TimeSpan timeout)
        where TBuilder : ResiliencePipelineBuilderBase
        => builder.AddFirstTokenTimeout(new FirstTokenTimeoutStrategyOptions { Timeout = timeout });

    /// <summary>Fails an execution whose stream does not send its first token in time.</summary>
    /// <typeparam name="TBuilder">The builder's type.</typeparam>
    /// <param name="builder">The builder.</param>
    /// <param name="options">The options.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="OptionsValidationException">An option is out of its range.</exception>
    /// <remarks>
    /// For callbacks that return <c>IAsyncEnumerable&lt;ChatResponseUpdate&gt;</c>: the pipeline then returns when the first token is
    /// there, so that a retry around it sees the <see cref="FirstTokenTimeoutException"/>; the stream can be enumerated once. Any other
    /// result is timed as a whole. A callee that ignores cancellation is abandoned. Properties of the resilience context are not
    /// handed on to what is inside.
    /// </remarks>
    [UnconditionalSuppressMessage("Trimming", "IL2026", Justification = "The options have no validation attributes; they are checked here.")]
    public static TBuilder AddFirstTokenTimeout<TBuilder>(this TBuilder builder, FirstTokenTimeoutStrategyOptions options)
        where TBuilder : ResiliencePipelineBuilderBase
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(options);
        Check(checker => checker.Timeout(nameof(options.Timeout), options.Timeout), options);
        return builder.AddStrategy(context => new FirstTokenTimeoutStrategy(options.Timeout, context.TimeProvider, context.Telemetry), options);
    }

    /// <summary>Rejects executions while what is inside keeps failing, for a growing time, and lets them back in gently.</summary>
    /// <typeparam name="TBuilder">The builder's type.</typeparam>
    /// <param name="builder">The builder.</param>
    /// <param name="options">The options.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="OptionsValidationException">An option is out of its range.</exception>
    /// <remarks>
    /// A rejected execution fails with <see cref="EndpointUnavailableException"/>. A stream
    /// (<c>IAsyncEnumerable&lt;ChatResponseUpdate&gt;</c>) is a success at its first token.
    /// </remarks>
    [UnconditionalSuppressMessage("Trimming", "IL2026", Justification = "The options have no validation attributes; they are checked here.")]
    public static TBuilder AddEjection<TBuilder>(this TBuilder builder, EjectionStrategyOptions options)
        where TBuilder : ResiliencePipelineBuilderBase
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(options);
        Check(checker => options.Ejection.Check(checker.At(nameof(options.Ejection))), options);
        return builder.AddStrategy(context => new EjectionStrategy(options, context.TimeProvider, context.Telemetry), options);
    }

    private static void Check(Action<OptionsChecker> rules, ResilienceStrategyOptions options)
    {
        List<string> errors = [];
        rules(new OptionsChecker(options.Name ?? options.GetType().Name, errors));
        if (errors.Count > 0)
        {
            throw new OptionsValidationException(options.Name ?? "", options.GetType(), errors);
        }
    }
}
