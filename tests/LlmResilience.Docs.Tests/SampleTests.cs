using System.Text.RegularExpressions;

namespace LlmResilience.Docs.Tests;

/// <summary>The small samples, run as a learner runs them: each tells its story and ends by itself.</summary>
public sealed partial class SampleTests
{
    private const int MostLines = 80;

    public static TheoryData<string> SmallSamples { get; } = [.. Sample.Small];

    [Theory]
    [MemberData(nameof(SmallSamples))]
    public void A_small_sample_is_one_file_that_is_read_in_a_minute(string name)
    {
        var file = Path.GetFileName(Assert.Single(Sample.SourcesOf(name)));

        Assert.Equal("Program.cs", file);
        Assert.InRange(Sample.LinesOf(name).Length, 1, MostLines);
    }

    [Theory]
    [MemberData(nameof(SmallSamples))]
    public void The_list_of_samples_names_it(string name)
        => Assert.Contains($"--project samples/{name}", File.ReadAllText(Path.Combine(Sample.Folder, "README.md")), StringComparison.Ordinal);

    [Fact]
    public async Task Smallest_is_answered_by_the_second_endpoint()
    {
        var lines = await Sample.RunAsync("Smallest");

        Assert.Equal("[hosted, attempt 3]", lines[0]);
        Assert.NotEmpty(lines[1]);
    }

    [Fact]
    public async Task Outage_goes_through_every_state_and_answers_every_request()
    {
        var lines = await Sample.RunAsync("Outage");

        var states = lines.Select(line => State().Match(line)).Where(match => match.Success).Select(match => match.Groups["state"].Value).ToList();
        Assert.Subset(states.ToHashSet(), new HashSet<string> { "Healthy", "Ejected", "Probing", "Ramping" });
        Assert.Equal("Healthy", states[^1]);
        Assert.Contains(lines, line => line.Contains("answered by hosted, attempt 2", StringComparison.Ordinal));
        Assert.Equal($"All {lines.Count(line => line.Contains("answered by", StringComparison.Ordinal))} requests were answered.", lines[^1]);
    }

    [Fact]
    public async Task Agent_falls_back_in_the_middle_of_its_loop_and_runs_no_tool_twice()
    {
        Assert.Equal(
            [
                "[primary, attempt 1] calls FindParcel",
                "  FindParcel runs. Meanwhile the first provider goes down for two calls.",
                "[backup, attempt 3] calls TrackParcel",
                "[primary, attempt 1] Parcel 1017. It is with your neighbour.",
            ],
            await Sample.RunAsync("Agent"));
    }

    [Fact]
    public async Task OwnProvider_is_used_from_the_configuration_and_its_exceptions_are_understood()
    {
        Assert.Equal(
            ["second: Hello!", "first is left alone for a while: Overloaded", "second is well"],
            await Sample.RunAsync("OwnProvider"));
    }

    [Fact]
    public async Task Operate_shows_what_each_verb_does_to_an_endpoint()
    {
        var lines = await Sample.RunAsync("Operate");

        Assert.Equal("Healthy", StateAtTheEndOf("Requests flow."));
        Assert.Equal("Drained", StateAtTheEndOf("Drain:"));
        Assert.Equal("Healthy", StateAtTheEndOf("Restore: it is back"));
        Assert.Equal("Ramping", StateAtTheEndOf("Eject:"));
        Assert.Equal("Healthy", StateAtTheEndOf("Restore also"));
        Assert.Contains("  event: self-hosted was Healthy, is Drained", lines);

        string StateAtTheEndOf(string title)
            => lines.SkipWhile(line => !line.StartsWith(title, StringComparison.Ordinal))
                .Skip(1)
                .TakeWhile(line => line.StartsWith("  ", StringComparison.Ordinal))
                .Last(line => line.StartsWith("  self-hosted", StringComparison.Ordinal))
                .Split(' ', StringSplitOptions.RemoveEmptyEntries)[1];
    }

    [GeneratedRegex(@"^ +self-hosted is (?<state>\w+)", RegexOptions.ExplicitCapture)]
    private static partial Regex State();
}
