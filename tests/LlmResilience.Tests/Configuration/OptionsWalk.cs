using System.Reflection;

namespace LlmResilience.Tests.Configuration;

/// <summary>Finds every option there is, so that one added later is tested without anybody thinking of it.</summary>
internal static class OptionsWalk
{
    /// <summary>Every single value, with its path as in the configuration and its type, <see cref="Nullable{T}"/> taken off.</summary>
    public static IEnumerable<(string Path, object? Value, Type Type)> Values(object options, string prefix = "")
        => PropertiesOf(options.GetType()).SelectMany(property => IsGroup(property.PropertyType)
            ? Values(property.GetValue(options)!, $"{prefix}{property.Name}:")
            : [($"{prefix}{property.Name}", property.GetValue(options), Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType)]);

    /// <summary>Every object inside, the given one included, with its path.</summary>
    public static IEnumerable<(string Path, object Group)> Groups(object options, string prefix = "")
        => PropertiesOf(options.GetType())
            .Where(property => IsGroup(property.PropertyType))
            .SelectMany(property => Groups(property.GetValue(options)!, $"{prefix}{property.Name}:"))
            .Prepend((prefix.TrimEnd(':'), options));

    /// <summary>Every list in a private field, by its field's name.</summary>
    public static IEnumerable<(string Name, System.Collections.IList List)> Lists(object options)
        => options.GetType()
            .GetFields(BindingFlags.Instance | BindingFlags.NonPublic)
            .Where(field => typeof(System.Collections.IList).IsAssignableFrom(field.FieldType))
            .Select(field => (field.Name, (System.Collections.IList)field.GetValue(options)!));

    private static bool IsGroup(Type type) => type.IsClass && type != typeof(string);

    private static IEnumerable<PropertyInfo> PropertiesOf(Type type)
        => type.GetProperties(BindingFlags.Instance | BindingFlags.Public).Where(property => property.CanWrite && property.GetIndexParameters().Length == 0);
}
