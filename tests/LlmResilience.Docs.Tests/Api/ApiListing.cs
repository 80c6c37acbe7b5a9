using System.Reflection;
using System.Text;

namespace LlmResilience.Docs.Tests.Api;

/// <summary>What an assembly shows to those who use it, as text: a block for each type, a line for each member.</summary>
internal static class ApiListing
{
    private const string Introduction = """
        // The public surface of this package, written by PublicApiTests and compared by it.
        // Renew it with: LLMRESILIENCE_UPDATE_DOCS=1 dotnet test tests/LlmResilience.Docs.Tests

        """;

    public static string Write(Assembly assembly)
    {
        var text = new StringBuilder(Introduction);
        foreach (var types in assembly.GetTypes().Where(Visibility.IsVisible).GroupBy(type => type.Namespace ?? "").OrderBy(types => types.Key, StringComparer.Ordinal))
        {
            text.Append($"\nnamespace {types.Key}\n");
            foreach (var type in types.OrderBy(TypeNames.Declared, StringComparer.Ordinal))
            {
                text.Append('\n').AppendJoin('\n', Describe(type)).Append('\n');
            }
        }

        return text.ToString();
    }

    /// <summary>The lines of one type: its declaration, then its members, indented.</summary>
    public static IEnumerable<string> Describe(Type type)
        => [.. Marks.Of(type.GetCustomAttributesData()), TypeLine.Write(type), .. Members(type).Select(line => $"    {line}")];

    private static IEnumerable<string> Members(Type type)
    {
        if (type.IsEnum)
        {
            return MemberLines.OfEnum(type);
        }

        return type.IsSubclassOf(typeof(Delegate)) ? [] : MemberLines.Of(type);
    }
}
