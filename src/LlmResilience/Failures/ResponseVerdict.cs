namespace LlmResilience.Failures;

/// <summary>
/// What a failed response, or an error inside one of status 200, means. Codes and types that name a cause come first, then precise
/// phrases, then types that only name a class of causes, and the status last. A word is never enough.
/// </summary>
internal static class ResponseVerdict
{
    /// <summary>An error inside a response of status 200, whose own status stands in it or nowhere.</summary>
    public const int InBand = 200;

    public static Failure Of(int status, IEnumerable<KeyValuePair<string, string>> headers, ErrorReport report, DateTimeOffset utcNow)
    {
        var kind = KindOf(StatusOf(status, report), report, out var code);
        return new Failure(kind) { StatusCode = status, ErrorCode = code ?? report.Name, RetryAfter = WaitOf(kind, headers, report, utcNow) };
    }

    // A relay may answer with 500 or 400 where the provider behind it did not; what that said stands in the body.
    private static int StatusOf(int status, ErrorReport report) => report.Status switch
    {
        null => status,
        >= 400 and var own when status == InBand => own,
        > 400 and < 500 and not 422 and var own when status is 500 or 400 => own,
        _ => status,
    };

    private static FailureKind KindOf(int status, ErrorReport report, out string? code)
    {
        code = null;
        FailureKind? none = null;
        return (RequestedMoreThanTheLimit(report, status) ? FailureKind.ContextLengthExceeded : none)
            ?? FindPhrase(PhraseTable.Exceptions, report, status)
            ?? (report.IsFlagged ? FailureKind.ContentFiltered : none)
            ?? FindCode(CodeTable.Causes, report, out code)
            ?? FindPhrase(PhraseTable.Rows, report, status)
            ?? FindClass(report, status)
            ?? (status == InBand ? FailureKind.ServerError : none)
            ?? (status is 404 or 410 && report.NamesField ? FailureKind.InvalidRequest : StatusTable.KindOf(status));
    }

    private static FailureKind? FindCode(CodeLookup table, ErrorReport report, out string? code)
    {
        // A number is the code of one provider, and may be another's for something else; a name says what it means.
        foreach (var numbers in new[] { false, true })
        {
            foreach (var candidate in report.Codes)
            {
                if (char.IsAsciiDigit(candidate[0]) == numbers && table.Find(candidate) is { } kind)
                {
                    code = candidate;
                    return kind;
                }
            }
        }

        code = null;
        return null;
    }

    private static FailureKind? FindPhrase(IReadOnlyList<PhraseRow> rows, ErrorReport report, int status)
    {
        foreach (var row in rows)
        {
            if (MayBePhrased(row.Kind, status) && report.Texts.Any(row.IsIn))
            {
                return row.Kind;
            }
        }

        return null;
    }

    private static FailureKind? FindClass(ErrorReport report, int status)
        => FindCode(CodeTable.Classes, report, out _) is { } kind && MayBeClassed(kind, status) ? kind : null;

    /// <summary>Where a phrase has a say. What is about money, a key or a limit already is not about the request.</summary>
    private static bool MayBePhrased(FailureKind kind, int status) => kind switch
    {
        FailureKind.NotSupported or FailureKind.InvalidRequest => status is not (401 or 402 or 403 or 429 or >= 502 or 451),
        FailureKind.ContextLengthExceeded => status is not (401 or 402 or 403),
        FailureKind.ContentFiltered => status is not (401 or 402 or 429 or >= 502),
        FailureKind.RateLimited => status is not (401 or 402 or 413),
        FailureKind.NotFound => status is not (401 or 402 or 429),
        _ => true,
    };

    /// <summary>Where a type that names a class is more exact than the status, which a proxy may have changed.</summary>
    private static bool MayBeClassed(FailureKind kind, int status) => kind switch
    {
        FailureKind.InvalidRequest => status is InBand or 500,
        FailureKind.ServerError => status is InBand,
        FailureKind.Overloaded => status is InBand or 400 or 403 or 409 or 422 or >= 500 or 429,
        FailureKind.Unauthorized or FailureKind.NotFound => status is InBand or 400 or 403 or 409 or 422 or 500 or 502,
        _ => status is InBand or 400 or 403 or 409 or 422 or >= 500 and < 529,
    };

    /// <summary>"Limit 6000, Requested 12328": this request will never fit, however long it waits, and those of others do.</summary>
    private static bool RequestedMoreThanTheLimit(ErrorReport report, int status)
        => status is InBand or 400 or 413 or 429 && report.Texts.Any(text => RequestedTokens.ExceedLimit(text.Lenient));

    private static TimeSpan? WaitOf(FailureKind kind, IEnumerable<KeyValuePair<string, string>> headers, ErrorReport report, DateTimeOffset utcNow)
        => HeaderWait.ReadRetryAfter(headers, utcNow)
            ?? (kind == FailureKind.RateLimited ? HeaderWait.ReadReset(headers, utcNow) : null)
            ?? report.Wait
            ?? HeaderWait.ReadRetryAfter(report.Headers, utcNow)
            ?? (kind == FailureKind.RateLimited ? HeaderWait.ReadReset(report.Headers, utcNow) : null)
            ?? (kind is FailureKind.RateLimited or FailureKind.Overloaded or FailureKind.QuotaExhausted ? ReadTexts(report, utcNow) : null);

    private static TimeSpan? ReadTexts(ErrorReport report, DateTimeOffset utcNow)
    {
        foreach (var text in report.Texts)
        {
            if (TextWait.Read(text, utcNow) is { } wait)
            {
                return wait;
            }
        }

        return null;
    }
}
