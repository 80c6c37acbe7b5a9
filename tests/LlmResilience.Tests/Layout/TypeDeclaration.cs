namespace LlmResilience.Tests.Layout;

/// <summary>A type, or one part of a partial type, as it is declared in a file.</summary>
/// <param name="Name">Its name, without type parameters.</param>
/// <param name="Kind"><c>class</c>, <c>record struct</c>, <c>enum</c> and so on.</param>
/// <param name="Modifiers">What stands before the kind.</param>
/// <param name="IsNested">Whether another type surrounds it.</param>
/// <param name="LineCount">From the declaration to the closing brace, both included.</param>
/// <param name="Documentation">The documentation comment above it.</param>
internal sealed record TypeDeclaration(string Name, string Kind, IReadOnlyList<string> Modifiers, bool IsNested, int LineCount, string Documentation)
{
    public bool IsPublic => Modifiers.Contains("public");

    public bool IsClass => Kind is "class" or "record" or "record class";

    /// <summary>Options are the words in which the app speaks to every room, so every room may name them.</summary>
    public bool IsOptions => IsPublic && Name.EndsWith("Options", StringComparison.Ordinal);
}
