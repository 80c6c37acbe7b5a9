namespace LlmResilience.Failures;

/// <summary>A phrase in an error's message, and what it means.</summary>
/// <param name="Phrase">The words, in lower case; <c>&lt;n&gt;</c> is a number, <c>&lt;*&gt;</c> anything within the sentence, <c>&lt;q&gt;</c> something in quotation marks.</param>
/// <param name="Kind">What it means.</param>
/// <param name="Provider">Who says so.</param>
/// <param name="Source">Where that was seen: a page, or a thread as <c>owner/repository#number</c>.</param>
internal sealed record PhraseRow(string Phrase, FailureKind Kind, string Provider, string Source)
{
    private readonly Phrase _parsed = new(Phrase);

    public bool IsIn(SpokenText text) => IsTrace(Kind) ? _parsed.BeginsSentence(text.Strict) : _parsed.IsIn(text.Lenient);

    /// <summary>
    /// Whether a verdict takes the endpoint away from others. Such a phrase must be what the provider itself says: at the beginning of a
    /// sentence, and outside everything that could be a quotation.
    /// </summary>
    private static bool IsTrace(FailureKind kind) => kind is not (
        FailureKind.ContextLengthExceeded or FailureKind.NotSupported or FailureKind.ContentFiltered or FailureKind.InvalidRequest);
}
