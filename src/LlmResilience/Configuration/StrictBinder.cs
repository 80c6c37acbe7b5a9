using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace LlmResilience.Configuration;

/// <summary>Reads sections strictly: what nobody would read is a mistake of the app's author, told at start-up, each with its path, and all at once.</summary>
/// <remarks>
/// The configuration's own binder stops at the first mistake, does not say where an unknown key is, and passes over a value where a group
/// belongs, and a group where a value belongs. So it is asked about one key at a time, and its messages are not used.
/// </remarks>
internal sealed class StrictBinder<T>(Action<IConfiguration, T> bind)
    where T : new()
{
    private const string Anything = "?";
    private const string Root = "Options";

    public bool Knows(string key) => Binds(key, value: null);

    public SectionContents Read(IConfiguration section, Func<string, bool> skips)
    {
        var valid = new List<KeyValuePair<string, string?>>();
        var errors = new List<string>();
        foreach (var child in section.GetChildren())
        {
            if (!skips(child.Key))
            {
                Read(child, child.Key, valid, errors);
            }
        }

        return new SectionContents(Configuration(valid), errors);
    }

    // Of a section, but not of the root, the binder knows a null that is set from a key that is absent.
    private static IConfigurationSection Configuration(IEnumerable<KeyValuePair<string, string?>> pairs)
        => new ConfigurationBuilder()
            .AddInMemoryCollection(pairs.Select(pair => KeyValuePair.Create(ConfigurationPath.Combine(Root, pair.Key), pair.Value)))
            .Build()
            .GetSection(Root);

    private void Read(IConfigurationSection node, string key, List<KeyValuePair<string, string?>> valid, List<string> errors)
    {
        var children = node.GetChildren().ToList();
        if (!Knows(key))
        {
            // Without its value: a misspelt ApiKey holds a secret.
            errors.Add($"{node.Path} is not a setting that anything reads; check its spelling.");
        }
        else if (children.Count > 0 && !Binds(key, Anything))
        {
            errors.Add($"{node.Path} is a single value, so '{children[0].Key}' does not belong inside it.");
        }
        else if (children.Count > 0)
        {
            children.ForEach(child => Read(child, ConfigurationPath.Combine(key, child.Key), valid, errors));
        }
        else if (!string.IsNullOrEmpty(node.Value) && !Binds(ConfigurationPath.Combine(key, Anything), value: null))
        {
            errors.Add($"{node.Path} is '{node.Value}', but it is a group of settings.");
        }
        else if (IsNumber(node.Value) && IsTime(key))
        {
            errors.Add($"{node.Path} is '{node.Value}', a number where a time belongs: write hours, minutes and seconds, such as '00:00:30'.");
        }
        else if (!Binds(key, node.Value))
        {
            errors.Add($"{node.Path} is '{node.Value}', which is not a value of its type.");
        }
        else
        {
            valid.Add(new(key, node.Value));
        }
    }

    private static bool IsNumber(string? value) => double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out _);

    // To .NET a number alone is so many days, which nobody means who writes 30. What takes a time, but not just any text, is a time.
    private bool IsTime(string key) => Binds(key, "00:00:30") && !Binds(key, Anything);

    private bool Binds(string key, string? value)
    {
        try
        {
            bind(Configuration([new(key, value)]), new T());
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }
}
