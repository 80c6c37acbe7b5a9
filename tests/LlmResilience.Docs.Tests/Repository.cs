using LlmResilience.TestUtils;

namespace LlmResilience.Docs.Tests;

/// <summary>Finds the documents and the sources of their snippets.</summary>
internal static class Repository
{
    public static string Root => RepositoryRoot.Path;

    public static IEnumerable<string> Documents
        => Directory.EnumerateFiles(Path.Combine(Root, "docs"), "*.md").Prepend(Path.Combine(Root, "README.md"));

    private static string SnippetFolder => Path.Combine(Root, "tests", "LlmResilience.Docs.Tests", "Snippets");

    public static string FindSource(string name)
    {
        var settings = Path.Combine(Root, "samples", "Configured", $"{name}.json");
        if (File.Exists(settings))
        {
            return File.ReadAllText(settings);
        }

        if (FindRegion(name) is { } region)
        {
            return region;
        }

        var program = Path.Combine(Root, "samples", char.ToUpperInvariant(name[0]) + name[1..], "Program.cs");
        return File.Exists(program) ? File.ReadAllText(program) : throw new FileNotFoundException($"No source of the snippet '{name}'.");
    }

    private static string? FindRegion(string name)
    {
        foreach (var file in Directory.EnumerateFiles(SnippetFolder, "*.cs"))
        {
            var lines = File.ReadAllLines(file).ToList();
            var start = lines.FindIndex(line => line.Trim() == $"#region {name}");
            if (start >= 0)
            {
                var region = lines.Skip(start + 1).TakeWhile(line => line.Trim() != "#endregion").ToList();
                var indent = region.Where(line => line.Trim().Length > 0).Min(line => line.Length - line.TrimStart().Length);
                return string.Join('\n', region.Select(line => line.Length >= indent ? line[indent..] : ""));
            }
        }

        return null;
    }
}
