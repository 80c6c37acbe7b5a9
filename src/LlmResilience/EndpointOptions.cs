using LlmResilience.Utilities;
using Microsoft.Extensions.AI;
using Polly;

namespace LlmResilience;

/// <summary>Options of one endpoint. It starts from <see cref="LlmResilienceOptions.EndpointDefaults"/>.</summary>
public sealed class EndpointOptions
{
    private List<FailureClassifier> _failureClassifiers = [];
    private List<Action<ResiliencePipelineBuilder>> _pipeline = [];
    private List<Func<ChatResponseUpdate, bool>> _progressDetectors = [];

    /// <summary>The endpoint's place in the chain: all of a lower number are asked first; inside one number the order of registration counts.</summary>
    /// <value>The default is 0. At least 0.</value>
    public int Priority { get; set; }

    /// <summary>Its share among the endpoints of one priority, beside theirs: what a provider grants, or what it costs, the other way round.</summary>
    /// <value>The default is 1. From 1 to 1,000. It counts wherever <see cref="LlmResilienceOptions.LoadBalancing"/> balances, so not for <see cref="LoadBalancingPolicy.Ordered"/>.</value>
    public int Weight { get; set; } = 1;

    /// <summary>Where the endpoint is. Of one priority, those in a request's region are asked before the others.</summary>
    /// <value>The default is <see langword="null"/>: nowhere. Any name, compared whole and without case with the request's, else with <see cref="LlmResilienceOptions.Region"/>.</value>
    public string? Region { get; set; }

    /// <summary>
    /// Endpoints of one group share what lives at a provider (conversations, jobs, files, signed reasoning), such as two deployments or two
    /// keys of one account. A request that names such state may go to any of them.
    /// </summary>
    /// <value>The default is <see langword="null"/>: what an endpoint has it has for itself. Any name, compared without case.</value>
    public string? StateGroup { get; set; }

    /// <summary>The model that this endpoint is asked for, whatever the request asks for, since each provider has its own names.</summary>
    /// <value>The default is <see langword="null"/>: the request's <c>ChatOptions.ModelId</c>, else the client's own.</value>
    public string? ModelId { get; set; }

    /// <summary>The model's context in tokens. A request that was too long for one endpoint skips those declared smaller than it.</summary>
    /// <value>The default is <see langword="null"/>: unknown, and so always tried. At least 1.</value>
    public int? ContextWindow { get; set; }

    /// <summary>Whether a stream or a response that ends without a finish reason was cut.</summary>
    /// <value>The default is <see cref="FinishReasonRequirement.Auto"/>.</value>
    public FinishReasonRequirement RequireFinishReason { get; set; }

    /// <summary>
    /// Whether the client's calls and moves are made on the thread pool: for a client that computes on its caller's thread, such as a model
    /// in the process, which no timeout could end otherwise. A client that is asynchronous, as those of all providers are, needs it not.
    /// </summary>
    /// <value>The default is <see langword="false"/>. Each update then costs a trip to the pool, about a microsecond.</value>
    public bool RunOnThreadPool { get; set; }

    /// <summary>The clocks of one attempt.</summary>
    public EndpointTimeouts Timeouts { get; set; } = new();

    /// <summary>Retries at this endpoint.</summary>
    public EndpointRetryOptions Retry { get; set; } = new();

    /// <summary>When the endpoint is taken out of rotation, and how it comes back.</summary>
    public EjectionOptions Ejection { get; set; } = new();

    /// <summary>Probes that find out without a user's request that the endpoint is ill, or well again. Off by default.</summary>
    public ActiveProbeOptions ActiveProbe { get; set; } = new();

    /// <summary>What each kind of failure does.</summary>
    public FailureRules Failures { get; set; } = new();

    /// <summary>Puts a classifier in front of those that are there already: it is asked first.</summary>
    /// <param name="classifier">The classifier.</param>
    /// <exception cref="ArgumentNullException"><paramref name="classifier"/> is null.</exception>
    public void PrependFailureClassifier(FailureClassifier classifier)
    {
        ArgumentNullException.ThrowIfNull(classifier);
        _failureClassifiers.Insert(0, classifier);
    }

    /// <summary>Puts a classifier behind those that are there already, as provider packages do, so that the app's come first.</summary>
    /// <param name="classifier">The classifier.</param>
    /// <exception cref="ArgumentNullException"><paramref name="classifier"/> is null.</exception>
    public void AppendFailureClassifier(FailureClassifier classifier)
    {
        ArgumentNullException.ThrowIfNull(classifier);
        _failureClassifiers.Add(classifier);
    }

    /// <summary>
    /// Puts Polly strategies around the endpoint's client: chaos, a rate limiter, and so on. They surround a response, or a stream until
    /// its first token, and see the exceptions of the client; our own timeouts surround them.
    /// </summary>
    /// <param name="configure">Adds strategies to the builder.</param>
    /// <exception cref="ArgumentNullException"><paramref name="configure"/> is null.</exception>
    public void ConfigurePipeline(Action<ResiliencePipelineBuilder> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        _pipeline.Add(configure);
    }

    /// <summary>
    /// Tells updates that carry no content but show that the provider is generating, such as the pieces of a tool call that the client
    /// hands out as a whole at its end. The first of them ends the wait for the first token: from then on
    /// <see cref="EndpointTimeouts.BetweenTokens"/> holds. It commits nothing: the request may still move on.
    /// </summary>
    /// <param name="isProgress">Whether an update without content is one of these. Called for every update before the first token.</param>
    /// <exception cref="ArgumentNullException"><paramref name="isProgress"/> is null.</exception>
    public void AddProgressDetector(Func<ChatResponseUpdate, bool> isProgress)
    {
        ArgumentNullException.ThrowIfNull(isProgress);
        _progressDetectors.Add(isProgress);
    }

    internal void Check(OptionsChecker checker)
    {
        checker.AtLeast(nameof(Priority), Priority, 0);
        checker.Range(nameof(Weight), Weight, 1, 1000);
        checker.Defined(nameof(RequireFinishReason), RequireFinishReason);
        if (Region is { } region && string.IsNullOrWhiteSpace(region))
        {
            checker.Error(nameof(Region), $"'{region}'", "a region's name, or absent");
        }

        if (StateGroup is { } group && string.IsNullOrWhiteSpace(group))
        {
            checker.Error(nameof(StateGroup), $"'{group}'", "a group's name, or absent");
        }

        if (ContextWindow is { } contextWindow)
        {
            checker.AtLeast(nameof(ContextWindow), contextWindow, 1);
        }

        if (ModelId is { } model && string.IsNullOrWhiteSpace(model))
        {
            checker.Error(nameof(ModelId), $"'{model}'", "a model's name, or absent");
        }

        Timeouts.Check(checker.At(nameof(Timeouts)));
        Retry.Check(checker.At(nameof(Retry)));
        Ejection.Check(checker.At(nameof(Ejection)));
        ActiveProbe.Check(checker.At(nameof(ActiveProbe)));
        foreach (var kind in Enum.GetValues<FailureKind>())
        {
            if (Failures[kind].CoolDown is { } coolDown && coolDown < TimeSpan.Zero)
            {
                checker.At(nameof(Failures)).At(kind.ToString()).Error(nameof(FailureRule.CoolDown), coolDown, "at least zero");
            }
        }
    }

    internal IReadOnlyList<Func<ChatResponseUpdate, bool>> GetProgressDetectors() => _progressDetectors;

    // Methods, since the configuration's binder takes every property for a setting.
    internal IReadOnlyList<FailureClassifier> GetFailureClassifiers() => _failureClassifiers;

    internal IReadOnlyList<Action<ResiliencePipelineBuilder>> GetPipeline() => _pipeline;

    internal EndpointOptions Clone()
    {
        var clone = (EndpointOptions)MemberwiseClone();
        clone.Timeouts = Timeouts.Clone();
        clone.Retry = Retry.Clone();
        clone.Ejection = Ejection.Clone();
        clone.ActiveProbe = ActiveProbe.Clone();
        clone.Failures = Failures.Clone();
        clone._failureClassifiers = [.. _failureClassifiers];
        clone._pipeline = [.. _pipeline];
        clone._progressDetectors = [.. _progressDetectors];
        return clone;
    }
}
