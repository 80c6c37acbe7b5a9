namespace LlmResilience;

/// <summary>A chain as the app described it, checked as a whole, endpoints included.</summary>
internal sealed class ChainBlueprint
{
    private readonly List<(EndpointDefinition Definition, EndpointOptions Options)> _endpoints = [];
    private readonly List<string> _errors = [];

    public ChainBlueprint(LlmResilienceOptions options, IReadOnlyList<EndpointDefinition> definitions, string path)
    {
        OptionsRules.Check(options, new OptionsChecker(path, _errors));
        OptionsRules.Check(options.EndpointDefaults, new OptionsChecker($"{path}:{nameof(options.EndpointDefaults)}", _errors));
        if (definitions.Count == 0)
        {
            _errors.Add($"{path}:{ConfigurationSections.EndpointsKey} is empty; a chain needs at least one endpoint.");
        }

        var defaultsAreRight = _errors.Count == 0;
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var definition in definitions)
        {
            CheckName(definition, names);
            _errors.AddRange(definition.Validate());
            Add(definition, options.EndpointDefaults, defaultsAreRight);
        }
    }

    public IReadOnlyList<(EndpointDefinition Definition, EndpointOptions Options)> Endpoints => _endpoints;

    public IReadOnlyList<string> Errors => _errors;

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

    private void Add(EndpointDefinition definition, EndpointOptions defaults, bool defaultsAreRight)
    {
        try
        {
            var options = definition.CreateOptions(defaults);
            _endpoints.Add((definition, options));

            // A wrong default is told once, not again for every endpoint.
            if (defaultsAreRight)
            {
                OptionsRules.Check(options, new OptionsChecker(definition.Path, _errors));
            }
        }
        catch (InvalidConfigurationException exception)
        {
            _errors.Add(exception.Message);
        }
    }
}
