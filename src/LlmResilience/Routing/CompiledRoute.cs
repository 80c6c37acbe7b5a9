using LlmResilience.Chains;

namespace LlmResilience.Routing;

/// <summary>A route with its conditions made ready, and its chain.</summary>
internal sealed class CompiledRoute(LlmRouteOptions options, Chain chain)
{
    private readonly NameCondition? _consumers = options.Consumers is { } names ? new NameCondition(names, StringComparison.Ordinal) : null;
    private readonly NameCondition? _regions = options.Regions is { } names ? new NameCondition(names, StringComparison.OrdinalIgnoreCase) : null;
    private readonly ModelPattern[]? _models = options.Models is { } patterns ? [.. patterns.Select(static pattern => new ModelPattern(pattern))] : null;
    private readonly Func<LlmRequest, bool>? _predicate = options.Predicate;

    public Chain Chain => chain;

    public string Name => chain.RouteName!;

    /// <summary>Whether its condition on the model holds, if there is one.</summary>
    public bool TakesModel(string? model) => _models is null || MatchesModel(_models, model);

    /// <summary>Whether all other conditions hold that there are.</summary>
    public bool TakesBesidesModel(in LlmRequest request)
        => _consumers?.Holds(request.Consumer) != false
            && _regions?.Holds(request.Region) != false
            && (_predicate is null || _predicate(request));

    private static bool MatchesModel(ModelPattern[] models, string? model)
    {
        foreach (ref readonly var pattern in models.AsSpan())
        {
            if (pattern.Matches(model))
            {
                return true;
            }
        }

        return false;
    }
}
