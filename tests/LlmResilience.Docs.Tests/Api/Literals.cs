using System.Globalization;

namespace LlmResilience.Docs.Tests.Api;

/// <summary>Constants and default values as C# writes them.</summary>
internal static class Literals
{
    public static string Write(object? value, Type type)
    {
        type = Nullable.GetUnderlyingType(type) is { } underlying && value is not null ? underlying : type;
        return value switch
        {
            null => type.IsValueType && Nullable.GetUnderlyingType(type) is null ? "default" : "null",
            _ when type.IsEnum => EnumValue(value, type),
            string text => $"\"{Escape(text).Replace("\"", "\\\"", StringComparison.Ordinal)}\"",
            char character => $"'{Escape(character.ToString()).Replace("'", "\\'", StringComparison.Ordinal)}'",
            bool truth => truth ? "true" : "false",
            _ => Number(value),
        };
    }

    public static string Number(object value) => Convert.ToString(value, CultureInfo.InvariantCulture)!;

    private static string EnumValue(object value, Type type)
    {
        var member = Enum.ToObject(type, value);
        return Enum.IsDefined(type, member) ? $"{type.Name}.{member}" : $"({type.Name}){Number(Convert.ChangeType(value, Enum.GetUnderlyingType(type), CultureInfo.InvariantCulture))}";
    }

    private static string Escape(string text) => text
        .Replace("\\", "\\\\", StringComparison.Ordinal)
        .Replace("\r", "\\r", StringComparison.Ordinal)
        .Replace("\n", "\\n", StringComparison.Ordinal)
        .Replace("\t", "\\t", StringComparison.Ordinal);
}
