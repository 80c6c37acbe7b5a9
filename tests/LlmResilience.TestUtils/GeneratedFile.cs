namespace LlmResilience.TestUtils;

/// <summary>A file of the repository that a test writes, and that another run holds against what it sees.</summary>
public static class GeneratedFile
{
    private const string UpdateVariable = "LLMRESILIENCE_UPDATE_DOCS";
    private const int LongestReport = 40;

    /// <summary>Compares the file with what was seen, or writes it if the environment asks for that.</summary>
    /// <param name="path">The file, seen from the root of the repository.</param>
    /// <param name="seen">What ought to stand in it.</param>
    /// <returns>What differs, and how to renew the file; empty if nothing does.</returns>
    public static string Compare(string path, string seen)
    {
        var file = Path.Combine(RepositoryRoot.Path, path);
        if (Environment.GetEnvironmentVariable(UpdateVariable) == "1")
        {
            File.WriteAllText(file, seen);
            return "";
        }

        return Differences(path, File.Exists(file) ? File.ReadAllText(file) : "", seen);
    }

    /// <summary>Says what differs between a file and what was seen.</summary>
    public static string Differences(string path, string written, string seen)
    {
        var (before, after) = (written.Split('\n'), seen.Split('\n'));
        if (before.SequenceEqual(after))
        {
            return "";
        }

        var first = before.Zip(after).TakeWhile(pair => pair.First == pair.Second).Count();
        var differences = before.Except(after).Select(line => $"- {line}").Concat(after.Except(before).Select(line => $"+ {line}")).ToList();
        return $"""
            {path} is not what this run shows, from line {first + 1} on. If the change is wanted, run once with {UpdateVariable}=1, read the difference and commit it.
            {string.Join('\n', differences.Take(LongestReport))}
            {(differences.Count > LongestReport ? $"and {differences.Count - LongestReport} more" : "")}
            """.TrimEnd();
    }
}
