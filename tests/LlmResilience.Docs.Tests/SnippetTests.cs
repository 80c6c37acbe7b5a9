using System.Text.RegularExpressions;

namespace LlmResilience.Docs.Tests;

/// <summary>Every piece of C# in README.md and docs is a region of a file that compiles here, or a whole sample, letter by letter.</summary>
public sealed partial class SnippetTests
{
    public static TheoryData<string, string> Snippets
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var document in Repository.Documents)
            {
                foreach (Match match in Marker().Matches(File.ReadAllText(document)))
                {
                    data.Add(Path.GetRelativePath(Repository.Root, document), match.Groups["name"].Value);
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Snippets))]
    public void A_snippet_is_what_compiles(string document, string name)
    {
        var text = File.ReadAllText(Path.Combine(Repository.Root, document));
        var block = Marker().Matches(text).Single(match => match.Groups["name"].Value == name).Groups["code"].Value;

        Assert.Equal(Repository.FindSource(name).Trim(), block.Trim());
    }

    [Fact]
    public void No_csharp_in_the_documents_is_without_its_source()
    {
        foreach (var document in Repository.Documents)
        {
            var text = File.ReadAllText(document);
            Assert.Equal(CSharpFence().Count(text), Marker().Matches(text).Count(match => match.Groups["language"].Value == "csharp"));
        }
    }

    [GeneratedRegex(@"<!-- snippet: (?<name>[\w-]+) -->\n```(?<language>\w+)\n(?<code>.*?)\n```", RegexOptions.Singleline)]
    private static partial Regex Marker();

    [GeneratedRegex(@"^```csharp", RegexOptions.Multiline)]
    private static partial Regex CSharpFence();
}
