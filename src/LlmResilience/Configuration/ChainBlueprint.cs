using System.Globalization;
using LlmResilience.Utilities;

namespace LlmResilience.Configuration;

/// <summary>A chain as the app described it, checked as a whole, endpoints included.</summary>
internal sealed class ChainBlueprint
{
    private readonly List<(EndpointDefinition Definition, EndpointOptions Options)> _endpoints = [];
    private readonly List<(string Name, LlmRouteOptions Options)> _routes = [];
    private readonly List<string> _errors;

    public ChainBlueprint(
        LlmResilienceOptions options,
        IReadOnlyList<EndpointDefinition> definitions,
        IReadOnlyList<RouteDefinition> routes,
        string path,
        IEnumerable<string> bindingErrors)
    {
        _errors = [.. bindingErrors];
        options.Check(new OptionsChecker(path, _errors));
        var defaultErrors = Check(options.EndpointDefaults);
        _errors.AddRange(defaultErrors.Select(error => $"{path}:{nameof(options.EndpointDefaults)}{error}"));
        if (definitions.Count == 0)
        {
            _errors.Add($"{path}:{ConfigurationSections.EndpointsKey} is empty; a chain needs at least one endpoint.");
        }

        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var definition in definitions)
        {
            CheckName(definition, names);
            _errors.AddRange(definition.Validate());
            var endpointOptions = definition.CreateOptions(options.EndpointDefaults);
            _endpoints.Add((definition, endpointOptions));

            // A wrong default is told once, not again for every endpoint.
            _errors.AddRange(Check(endpointOptions).Except(defaultErrors, StringComparer.Ordinal).Select(error => definition.Path + error));
        }

        CheckRoutes(routes, names);
    }

    public IReadOnlyList<(EndpointDefinition Definition, EndpointOptions Options)> Endpoints => _endpoints;

    /// <summary>The routes with their names: one that has none is known by its number.</summary>
    public IReadOnlyList<(string Name, LlmRouteOptions Options)> Routes => _routes;

    public IReadOnlyList<string> Errors => _errors;

    /// <summary>The errors of an endpoint's options, each to be put behind the path of the options.</summary>
    private static List<string> Check(EndpointOptions options)
    {
        var errors = new List<string>();
        options.Check(new OptionsChecker(path: "", errors));
        return errors;
    }

    private void CheckRoutes(IReadOnlyList<RouteDefinition> definitions, HashSet<string> endpoints)
    {
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        for (var i = 0; i < definitions.Count; i++)
        {
            var (path, route, errors) = definitions[i];
            var name = route.Name ?? i.ToString(CultureInfo.InvariantCulture);
            _routes.Add((name, route));
            if (!names.Add(name))
            {
                _errors.Add($"{path}:{nameof(route.Name)} is '{name}', which another route has already.");
            }

            // What could not be read whole is not judged by what it lacks.
            _errors.AddRange(errors);
            if (errors.Count == 0)
            {
                route.Check(new OptionsChecker(path, _errors), endpoints, isLast: i == definitions.Count - 1);
            }
        }
    }

    private void CheckName(EndpointDefinition definition, HashSet<string> names)
    {
        if (string.IsNullOrWhiteSpace(definition.Name))
        {
            _errors.Add($"{definition.Path}:{nameof(definition.Name)} is missing; every endpoint needs a name.");
        }
        else if (!names.Add(definition.Name))
        {
            _errors.Add($"{definition.Path}:{nameof(definition.Name)} is '{definition.Name}', which another endpoint of the chain has already.");
        }
    }
}
