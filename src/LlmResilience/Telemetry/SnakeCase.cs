using System.Text;

namespace LlmResilience.Telemetry;

/// <summary>The names of an enumeration's values as tags show them, made once: formatting an enumeration allocates.</summary>
internal static class SnakeCase<T>
    where T : struct, Enum
{
    private static readonly string[] Names = [.. Enum.GetNames<T>().Select(Convert)];

    /// <summary>Every value with its name, in the order of their numbers.</summary>
    public static IReadOnlyList<string> All => Names;

    /// <summary>The name of a value, whose number is its place in the enumeration.</summary>
    public static string Of(int value) => Names[value];

    private static string Convert(string name)
    {
        var text = new StringBuilder(name.Length + 4);
        foreach (var letter in name)
        {
            if (char.IsUpper(letter) && text.Length > 0)
            {
                text.Append('_');
            }

            text.Append(char.ToLowerInvariant(letter));
        }

        return text.ToString();
    }
}
