using LlmResilience.TestUtils;

namespace LlmResilience.Docs.Tests;

/// <summary>What a test says of a file that it wrote earlier.</summary>
public sealed class GeneratedFileTests
{
    [Fact]
    public void The_same_text_has_no_differences() => Assert.Equal("", GeneratedFile.Differences("a.txt", "one\ntwo\n", "one\ntwo\n"));

    [Fact]
    public void The_lines_that_differ_are_shown_and_how_to_renew_the_file()
        => Assert.Equal(
            """
            a.txt is not what this run shows, from line 2 on. If the change is wanted, run once with LLMRESILIENCE_UPDATE_DOCS=1, read the difference and commit it.
            - two
            + 2
            """,
            GeneratedFile.Differences("a.txt", "one\ntwo\nthree\n", "one\n2\nthree\n"));

    [Fact]
    public void Another_order_is_a_difference() => Assert.Contains("from line 1 on", GeneratedFile.Differences("a.txt", "one\ntwo\n", "two\none\n"));

    [Fact]
    public void Very_many_differences_are_cut_short()
        => Assert.EndsWith("\nand 11 more", GeneratedFile.Differences("a.txt", "", string.Join('\n', Enumerable.Range(0, 50))));
}
