using System.Text.RegularExpressions;
using LlmResilience.Tests.Packaging;

namespace LlmResilience.Tests.Layout;

/// <summary>A source file of the library, read as text.</summary>
internal sealed partial class SourceFile
{
    private SourceFile(string path, string text)
    {
        var code = CSharpText.WithoutCommentsAndStrings(text);
        Path = path;
        Room = path.Contains('/') ? path[..path.IndexOf('/')] : House.Root;
        Types = [.. Declaration().Matches(code).Select(match => Read(match, code, text))];
        Names = Name().Matches(code).Select(match => match.Value).ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>The files of a project under src, without what the build writes there.</summary>
    public static IReadOnlyList<SourceFile> ReadAll(string project)
    {
        var folder = System.IO.Path.Combine(RepositoryFiles.Root, "src", project);
        return [.. Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
            .Select(file => (Path: System.IO.Path.GetRelativePath(folder, file).Replace('\\', '/'), File: file))
            .Where(source => !source.Path.StartsWith("bin/", StringComparison.Ordinal) && !source.Path.StartsWith("obj/", StringComparison.Ordinal))
            .OrderBy(source => source.Path, StringComparer.Ordinal)
            .Select(source => Parse(source.Path, File.ReadAllText(source.File)))];
    }

    public static SourceFile Parse(string path, string text) => new(path, text.ReplaceLineEndings("\n"));

    /// <summary>Where it is, seen from the project's folder.</summary>
    public string Path { get; }

    public string Room { get; }

    public IReadOnlyList<TypeDeclaration> Types { get; }

    /// <summary>Every word of its code that could be a type's name; not what stands after a dot, is declared there or is assigned.</summary>
    public IReadOnlySet<string> Names { get; }

    private static TypeDeclaration Read(Match match, string code, string text)
    {
        var body = code[match.Index..CSharpText.FindEnd(code, match.Index)];
        return new TypeDeclaration(
            match.Groups["name"].Value,
            match.Groups["kind"].Value,
            match.Groups["modifiers"].Value.Split(' ', StringSplitOptions.RemoveEmptyEntries),
            IsNested: match.Groups["indent"].Length > 0,
            body.Count(character => character == '\n') + 1,
            ReadDocumentation(text[..match.Index]));
    }

    private static string ReadDocumentation(string before)
    {
        var lines = before.Split('\n').SkipLast(1).Reverse().Select(line => line.Trim());
        var above = lines.TakeWhile(line => line.StartsWith("///", StringComparison.Ordinal) || line.StartsWith('[') || line.StartsWith('#'));
        return string.Join('\n', above.Reverse());
    }

    [GeneratedRegex("""
        ^(?<indent>[ ]*)
        (?<modifiers>(?:(?:public|internal|private|protected|file|new|abstract|sealed|static|partial|readonly|ref|unsafe)[ ]+)*)
        (?<kind>class|struct|interface|enum|record[ ]struct|record[ ]class|record|delegate)[ ]+
        (?(?<=delegate[ ]+)[^(\n]+?[ ])
        (?<name>[A-Z]\w*)
        """, RegexOptions.Multiline | RegexOptions.IgnorePatternWhitespace | RegexOptions.ExplicitCapture)]
    private static partial Regex Declaration();

    // What a type, a space and a word make is the declaration of that word: `TimeSpan? FirstToken` names no type FirstToken.
    [GeneratedRegex("""
        (?<![.\w])
        (?<!(\b([A-Z]\w*|void|bool|byte|int|uint|long|ulong|double|string|object)|\w>|>>|\?>|\[,*\])\??[ ])
        [A-Z]\w*\b
        (?![ ]=[ ])
        """, RegexOptions.IgnorePatternWhitespace | RegexOptions.ExplicitCapture)]
    private static partial Regex Name();
}
