using static LlmResilience.FailureKind;

namespace LlmResilience.Failures;

/// <summary>Phrases in providers' messages: what tells where no code does. The first that fits counts.</summary>
/// <remarks>
/// A phrase is precise: it holds so much of what the provider says that nobody writes it by accident. <c>&lt;n></c> is a number,
/// <c>&lt;*></c> anything within a sentence, <c>&lt;q></c> something in quotation marks.
/// </remarks>
internal static class PhraseTable
{
    /// <summary>Phrases that count although a code names another cause.</summary>
    public static IReadOnlyList<PhraseRow> Exceptions { get; } =
    [
        // DashScope calls its limits per minute by the code for no money.
        .. From(RateLimited, "DashScope", "alibabacloud.com/help/en/model-studio/developer-reference/error-code", "<*>error-code#token-limit", "allocated quota exceeded"),
        .. From(RateLimited, "DashScope", "alibabacloud.com/help/en/model-studio/developer-reference/error-code", "you have exceeded your current request limit"),

        // What fits no limit of this endpoint is throttled by its code only.
        .. From(ContextLengthExceeded, "OpenAI, Groq", "vanna-ai/vanna-flask#11, HunorLaczko/ha-groq-cloud-api#27", "request too large for"),
        .. From(Unauthorized, "Azure OpenAI", "learn.microsoft.com/azure/ai-foundry/openai/concepts/abuse-monitoring", "your resource has been temporarily blocked"),
    ];

    /// <summary>Phrases that count where no code names a cause.</summary>
    public static IReadOnlyList<PhraseRow> Rows { get; } = [.. AccountPhrases.Rows, .. RequestPhrases.Rows, .. EndpointPhrases.Rows];

    public static IEnumerable<PhraseRow> From(FailureKind kind, string provider, string source, params string[] phrases)
        => phrases.Select(phrase => new PhraseRow(phrase, kind, provider, source));
}
