using System.Text;
using LlmResilience.Failures;

namespace LlmResilience.Tests.Failures;

/// <summary>Writes docs/providers.md.</summary>
internal static class ProvidersDocument
{
    private const string Introduction = """
        # How providers say no

        What LlmResilience knows of providers' errors: the statuses, the codes and types, and the phrases, with who says them and where that was
        seen. **Written from the tables in `src/LlmResilience/Failures` by a test, not by hand**; with `LLMRESILIENCE_UPDATE_DOCS=1` the test writes
        it anew:

        ```sh
        LLMRESILIENCE_UPDATE_DOCS=1 dotnet test tests/LlmResilience.Tests
        ```

        In this order, the first that says something counts:

        1. A few phrases that are truer than the code beside them, a field that says that the prompt was flagged, and a request larger than the
           limit that it names.
        2. A **code, type or reason that names a cause**, whatever the status. Case, separators and a last `error` or `exception` do not count, so
           `RateLimitReached` is `rate_limit_reached_error`. A star stands for anything. Names come before numbers.
        3. A **phrase**. It is precise, and is looked for in what the provider itself says, never inside quotation marks. One that would take the
           endpoint away from others has to begin a sentence as well, outside of all that could be a quotation. A word is never enough.
        4. A type that names only a **class of causes**, where the status says less.
        5. The **status**. A 404 that names a field of the request other than the model is the request's own fault. Inside a response of
           status 200 an error that nothing names is a `ServerError`.

        The error is found in every shape that servers give it: an object, an array, a text, the body itself, nested in `metadata`, `innererror`,
        `details` or, as JSON or as Python prints it, in a relay's own message. Fields that echo the request are not read, and no more than 64 KiB.

        A phrase's `<n>` is a number, `<*>` anything within a sentence, `<q>` something in quotation marks. A provider that is not listed needs no
        entry if it spells its codes in one of the common ways; for one that does not, an app adds a classifier (`samples/OwnProvider`), which can
        ask `Failure.FromHttpResponse` for all that stands here.

        ## How long to wait

        The first that is there: `retry-after-ms`, `x-ms-retry-after-ms`, `Retry-After` (seconds, a fraction, a duration, a date); for throttling
        the reset header of a limit whose remaining is 0 (any header with `ratelimit` and `reset` in its name: Go durations, dates, seconds, or
        seconds or milliseconds since 1970); a field of the body (`retryDelay` of Google's `RetryInfo`, `retry_after`, `resets_in_seconds` and the
        like); headers that the body holds (OpenRouter); then a phrase: 
        """;

    public static string Write()
    {
        var text = new StringBuilder(Introduction.TrimEnd());
        text.Append('\n').AppendJoin(", ", TextWait.Phrases.Select(phrase => $"\"{phrase.Trim()} ...\"")).Append(". An endpoint is left alone for 5 minutes at most.\n");
        WriteTable(text, "Statuses", "status | kind | since", StatusTable.Rows.Select(row => $"{Range(row)} | `{row.Kind}` | {row.Meaning}"));
        WriteTable(text, "Phrases that are truer than a code", "kind | phrase | provider | source", PhrasesOf(PhraseTable.Exceptions));
        WriteTable(text, "Codes that name a cause", "provider | codes | kind | source", CodesOf(CodeTable.CauseRows));
        WriteTable(text, "Phrases", "kind | phrase | provider | source", PhrasesOf(PhraseTable.Rows));
        WriteTable(text, "Types that name a class of causes", "provider | codes | kind | source", CodesOf(CodeTable.ClassRows));
        return text.ToString();
    }

    private static string Range(StatusRow row) => (row.First, row.Last) switch
    {
        (0, _) => "any other",
        (400, 499) => "any other 4xx",
        (500, _) => "any other 5xx",
        _ => row.First == row.Last ? $"{row.First}" : $"{row.First}, {row.Last}",
    };

    private static IEnumerable<string> CodesOf(IEnumerable<CodeRow> rows)
        => rows.GroupBy(row => (row.Provider, row.Kind, row.Source))
            .Select(group => $"{group.Key.Provider} | {string.Join(", ", group.Select(row => $"`{row.Code}`"))} | `{group.Key.Kind}` | {group.Key.Source}");

    private static IEnumerable<string> PhrasesOf(IEnumerable<PhraseRow> rows)
        => rows.GroupBy(row => (row.Provider, row.Kind, row.Source))
            .Select(group => $"`{group.Key.Kind}` | {string.Join("<br>", group.Select(row => $"`{row.Phrase}`"))} | {group.Key.Provider} | {group.Key.Source}");

    private static void WriteTable(StringBuilder text, string title, string head, IEnumerable<string> rows)
    {
        text.Append($"\n## {title}\n\n| {head} |\n|{string.Concat(Enumerable.Repeat("---|", head.Split('|').Length))}\n");
        foreach (var row in rows)
        {
            text.Append($"| {row} |\n");
        }
    }
}
