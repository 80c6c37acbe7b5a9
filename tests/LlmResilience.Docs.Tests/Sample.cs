using System.Diagnostics;

namespace LlmResilience.Docs.Tests;

/// <summary>Finds the samples, and runs those that are built beside the tests.</summary>
internal static class Sample
{
    /// <summary>Those that a learner reads in a minute.</summary>
    public static IReadOnlyList<string> Small { get; } = ["Smallest", "Configured", "Outage", "Agent", "OwnProvider", "Operate"];

    public static string Folder => Path.Combine(Repository.Root, "samples");

    public static IEnumerable<string> SourcesOf(string name)
        => Directory.EnumerateFiles(Path.Combine(Folder, name), "*.cs", SearchOption.AllDirectories)
            .Where(file => !Path.GetRelativePath(Folder, file).Split(Path.DirectorySeparatorChar).Intersect(["bin", "obj"], StringComparer.Ordinal).Any());

    public static string[] LinesOf(string name) => File.ReadAllLines(Path.Combine(Folder, name, "Program.cs"));

    /// <summary>Runs a sample to its end, which has to be a good one.</summary>
    /// <returns>The lines that it printed.</returns>
    public static async Task<string[]> RunAsync(string name)
    {
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", [Path.Combine(AppContext.BaseDirectory, $"{name}.dll")])
        {
            UseShellExecute = false,
            WorkingDirectory = AppContext.BaseDirectory,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        try
        {
            // Nothing is measured here. This only ends one that would never end by itself.
            await process.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(5));
        }
        catch (TimeoutException)
        {
            process.Kill();
            Assert.Fail($"{name} has not ended. It printed:\n{await output}");
        }

        Assert.True(process.ExitCode == 0, $"{name} ended with {process.ExitCode}:\n{await error}");
        return (await output).TrimEnd().ReplaceLineEndings("\n").Split('\n');
    }
}
