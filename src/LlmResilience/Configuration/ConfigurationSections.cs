using Microsoft.Extensions.Configuration;

namespace LlmResilience;

/// <summary>Binds sections strictly: a key that nobody reads is a mistake of the app's author, told at start-up.</summary>
internal static class ConfigurationSections
{
    public const string EndpointsKey = "Endpoints";

    public static void Bind(IConfigurationSection section, IReadOnlyCollection<string> otherKeys, EndpointOptions options)
        => Checked(section, otherKeys, view => view.Bind(options, binder => binder.ErrorOnUnknownConfiguration = true));

    public static void Bind(IConfigurationSection section, LlmResilienceOptions options)
        => Checked(section, [EndpointsKey], view => view.Bind(options, binder => binder.ErrorOnUnknownConfiguration = true));

    private static void Checked(IConfigurationSection section, IReadOnlyCollection<string> otherKeys, Action<IConfigurationSection> bind)
    {
        try
        {
            bind(Without(section, otherKeys));
        }
        catch (InvalidOperationException exception)
        {
            throw new InvalidConfigurationException(Explain(section, exception), exception);
        }
    }

    /// <summary>The section without some of its keys, under its own path.</summary>
    private static IConfigurationSection Without(IConfigurationSection section, IReadOnlyCollection<string> keys)
    {
        var rest = section.GetChildren()
            .Where(child => !keys.Contains(child.Key, StringComparer.OrdinalIgnoreCase))
            .SelectMany(child => child.AsEnumerable());
        return new ConfigurationBuilder().AddInMemoryCollection(rest).Build().GetSection(section.Path);
    }

    // The binder names an unknown key but not where it is, and a value that does not convert with its path.
    private static string Explain(IConfigurationSection section, InvalidOperationException exception)
    {
        var unknown = section.AsEnumerable()
            .Select(pair => pair.Key)
            .FirstOrDefault(key => exception.Message.Contains($"'{ConfigurationPath.GetSectionKey(key)}'", StringComparison.Ordinal)
                && exception.Message.Contains(nameof(BinderOptions.ErrorOnUnknownConfiguration), StringComparison.Ordinal));
        if (unknown is not null)
        {
            return $"{unknown} is not a setting that anything reads; check its spelling.";
        }

        var broken = section.AsEnumerable().FirstOrDefault(pair => exception.Message.Contains($"'{pair.Key}'", StringComparison.Ordinal));
        return broken.Key is null ? $"{section.Path}: {exception.Message}" : $"{broken.Key} is '{broken.Value}', which is not a value of its type.";
    }
}
