using LlmResilience.Failures;

namespace LlmResilience.Tests.Failures;

/// <summary>What is known of providers stands in tables, and docs/providers.md is these tables.</summary>
public sealed class ProvidersDocumentTests
{
    [Fact]
    public void The_document_is_what_the_tables_hold()
    {
        var differences = GeneratedFile.Compare("docs/providers.md", ProvidersDocument.Write());

        Assert.True(differences.Length == 0, differences);
    }

    [Fact]
    public void Every_row_says_who_says_so_and_where_that_was_seen()
    {
        Assert.All([.. CodeTable.CauseRows, .. CodeTable.ClassRows], row => Assert.False(string.IsNullOrWhiteSpace(row.Provider) || string.IsNullOrWhiteSpace(row.Source), row.Code));
        Assert.All([.. PhraseTable.Exceptions, .. PhraseTable.Rows], row => Assert.False(string.IsNullOrWhiteSpace(row.Provider) || string.IsNullOrWhiteSpace(row.Source), row.Phrase));
    }

    [Fact]
    public void Every_code_of_the_table_means_what_its_row_says()
        => Assert.All(CodeTable.CauseRows.Where(row => !row.Code.Contains('*', StringComparison.Ordinal)), row => Assert.Equal(row.Kind, CodeTable.Causes.Find(row.Code)));

    [Fact]
    public void Every_phrase_is_written_as_it_is_looked_for()
        => Assert.All([.. PhraseTable.Exceptions, .. PhraseTable.Rows], row => Assert.Equal(row.Phrase.ToLowerInvariant(), row.Phrase));
}
