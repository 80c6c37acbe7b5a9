namespace LlmResilience.Configuration;

/// <summary>A route as the app described it.</summary>
/// <param name="Path">Where the app described it, for error messages.</param>
/// <param name="Route">The route.</param>
/// <param name="Errors">What could not be read of it.</param>
internal sealed record RouteDefinition(string Path, LlmRouteOptions Route, IReadOnlyList<string> Errors)
{
    /// <summary>A route that the app's code describes.</summary>
    public static RouteDefinition Of(string name, Action<LlmRouteOptions> configure)
    {
        var route = new LlmRouteOptions(name);
        configure(route);
        return new RouteDefinition($"{ConfigurationSections.RoutesKey}['{name}']", route, []);
    }
}
