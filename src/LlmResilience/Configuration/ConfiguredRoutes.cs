using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace LlmResilience.Configuration;

/// <summary>Reads routes from a section of the configuration.</summary>
/// <remarks>
/// By hand, since the configuration's binder passes in silence over a single text where a list belongs, and over a list inside a list. What
/// is there and holds nothing is a mistake: a condition that was emptied would else hold for every request.
/// </remarks>
internal static class ConfiguredRoutes
{
    private const string NameKey = "Name";
    private const string ModelKey = "Model";
    private const string ConsumerKey = "Consumer";
    private const string RegionKey = "Region";
    private const string EndpointsKey = "Endpoints";
    private const string OptionsKey = "Options";

    /// <summary>The routes in the order of the list.</summary>
    public static IEnumerable<RouteDefinition> Read(IConfiguration chain) => Section(chain).GetChildren().Where(IsItem).Select(Read);

    /// <summary>What is wrong with the list itself.</summary>
    public static IEnumerable<string> Check(IConfiguration chain)
    {
        var section = Section(chain);
        if (!string.IsNullOrEmpty(section.Value))
        {
            yield return $"{section.Path} is '{section.Value}', but it is a list of routes.";
        }

        foreach (var other in section.GetChildren().Where(static child => !IsItem(child)))
        {
            yield return $"{section.Path} is a list of routes, so '{other.Key}' does not belong inside it.";
        }
    }

    private static IConfigurationSection Section(IConfiguration chain) => chain.GetSection(ConfigurationSections.RoutesKey);

    private static bool IsItem(IConfigurationSection section) => int.TryParse(section.Key, NumberStyles.None, CultureInfo.InvariantCulture, out _);

    private static RouteDefinition Read(IConfigurationSection section)
    {
        var errors = new List<string>();
        if (!string.IsNullOrEmpty(section.Value))
        {
            errors.Add($"{section.Path} is '{section.Value}', but it is a group of settings.");
        }

        var route = new LlmRouteOptions(ReadName(section.GetSection(NameKey), errors));
        foreach (var child in section.GetChildren())
        {
            Read(child, route, errors);
        }

        return new RouteDefinition(section.Path, route, errors);
    }

    private static string? ReadName(IConfigurationSection section, List<string> errors)
    {
        if (section.GetChildren().Any())
        {
            errors.Add($"{section.Path} is a single value, so '{section.GetChildren().First().Key}' does not belong inside it.");
        }
        else if (section.Value is { } name && string.IsNullOrWhiteSpace(name))
        {
            errors.Add($"{section.Path} is '{name}'; it must be a route's name, or absent.");
        }

        return section.Value;
    }

    private static void Read(IConfigurationSection section, LlmRouteOptions route, List<string> errors)
    {
        if (Is(section, NameKey))
        {
            return;
        }

        if (Is(section, ModelKey))
        {
            route.ForModel(ReadTexts(section, errors));
        }
        else if (Is(section, ConsumerKey))
        {
            route.ForConsumer(ReadTexts(section, errors));
        }
        else if (Is(section, RegionKey))
        {
            route.ForRegion(ReadTexts(section, errors));
        }
        else if (Is(section, EndpointsKey))
        {
            ReadTiers(section, route, errors);
        }
        else if (Is(section, OptionsKey))
        {
            ReadOverrides(section, route, errors);
        }
        else
        {
            errors.Add($"{section.Path} is not a setting that anything reads; check its spelling.");
        }
    }

    /// <summary>A single text, or a list of them.</summary>
    private static string[] ReadTexts(IConfigurationSection section, List<string> errors)
    {
        var items = ReadItems(section, errors);
        foreach (var inner in items.Where(static item => item.GetChildren().Any()))
        {
            errors.Add($"{inner.Path} is a single value, so '{inner.GetChildren().First().Key}' does not belong inside it.");
        }

        return [.. items.Select(static item => item.Value ?? "")];
    }

    /// <summary>A single text, or a list of texts and of lists of them; each inner list is one tier.</summary>
    private static void ReadTiers(IConfigurationSection section, LlmRouteOptions route, List<string> errors)
    {
        foreach (var tier in ReadItems(section, errors))
        {
            route.To(ReadTexts(tier, errors));
        }
    }

    private static void ReadOverrides(IConfigurationSection section, LlmRouteOptions route, List<string> errors)
    {
        if (!string.IsNullOrEmpty(section.Value))
        {
            errors.Add($"{section.Path} is '{section.Value}', but it is a group of settings.");
        }

        var contents = ConfigurationSections.ReadRouteOverrides(section);
        errors.AddRange(contents.Errors);
        route.Configure(overrides => ConfigurationSections.Bind(contents.Valid, overrides));
    }

    /// <summary>What is in a list; a single text is a list of one. A list that is empty has none.</summary>
    private static IConfigurationSection[] ReadItems(IConfigurationSection section, List<string> errors)
    {
        var children = section.GetChildren().ToArray();
        foreach (var other in children.Where(static child => !IsItem(child)))
        {
            errors.Add($"{section.Path} is a text or a list, so '{other.Key}' does not belong inside it.");
        }

        if (children.Length > 0)
        {
            if (!string.IsNullOrEmpty(section.Value))
            {
                errors.Add($"{section.Path} is '{section.Value}' and a list at once.");
            }

            return children;
        }

        return string.IsNullOrEmpty(section.Value) ? [] : [section];
    }

    private static bool Is(IConfigurationSection section, string key) => string.Equals(section.Key, key, StringComparison.OrdinalIgnoreCase);
}
