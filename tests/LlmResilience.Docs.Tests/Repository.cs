namespace LlmResilience.Docs.Tests;

/// <summary>Finds the documents and the sources of their snippets.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    public static IEnumerable<string> Documents
        => Directory.EnumerateFiles(Path.Combine(Root, "docs"), "*.md").Prepend(Path.Combine(Root, "README.md"));

    private static string SnippetFolder => Path.Combine(Root, "tests", "LlmResilience.Docs.Tests", "Snippets");

    public static string FindSource(string name)
    {
        var file = Directory.EnumerateFiles(SnippetFolder).FirstOrDefault(file => Path.GetFileNameWithoutExtension(file) == name && !file.EndsWith(".cs", StringComparison.Ordinal));
        if (file is not null)
        {
            return File.ReadAllText(file);
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

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "LlmResilience.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new DirectoryNotFoundException("No LlmResilience.sln above the tests.");
    }
}
