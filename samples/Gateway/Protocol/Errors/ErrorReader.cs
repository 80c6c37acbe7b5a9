using System.ClientModel;
using LlmResilience;

namespace Gateway.Protocol.Errors;

/// <summary>Turns what the library throws into an error for the client: the provider's own status and words wherever it answered at all.</summary>
internal static class ErrorReader
{
    /// <summary>The code of an error, and the reason for which an answer ends.</summary>
    public const string ContentFilter = "content_filter";

    public static GatewayError Read(Exception exception) => exception switch
    {
        RequestException request => request.Error,
        BrokenAnswerException broken => broken.Error,
        BadHttpRequestException bad => new(bad.StatusCode, bad.Message, "invalid_request_error"),
        AllEndpointsFailedException failed => Read(failed),
        ClientResultException answered when answered.GetRawResponse() is { } response => ProviderErrorReader.Read(response),
        RequestTimeoutException late => Create(FailureKind.RequestTimeout, late) with { Attempts = late.Attempts },
        EndpointUnavailableException unavailable => Read(unavailable),
        UnusableResponseException unusable => Create(unusable.Kind, unusable) with { Code = unusable.ErrorCode ?? CodeOf(unusable.Kind) },
        TimeoutException or OperationCanceledException => Create(FailureKind.ResponseTimeout, exception),
        ArgumentException or NotSupportedException => Create(FailureKind.InvalidRequest, exception),
        StreamInterruptedException interrupted => Create(interrupted.Kind, interrupted) with { Attempts = interrupted.Attempts },
        IOException or HttpRequestException or ClientResultException => new(502, "The connection to the provider failed.", "server_error", CodeOf(FailureKind.ConnectionFailed)),
        _ => new(502, $"The provider's answer could not be used ({exception.GetType().Name}).", "server_error", CodeOf(FailureKind.Unknown)),
    };

    /// <summary>The last failure that waiting may cure, since a client gives up at the others; else the last. Without an attempt, why there was none.</summary>
    private static GatewayError Read(AllEndpointsFailedException failed)
    {
        var errors = failed.Attempts.Count > 0
            ? failed.Attempts.Select(Read).ToList()
            : failed.SkippedEndpoints.Select(skipped => skipped.Unavailable).OfType<EndpointUnavailableException>().Select(Read).ToList();
        var error = errors.LastOrDefault(one => one.IsTemporary) ?? errors.LastOrDefault() ?? Create(FailureKind.Unknown, failed);
        return error with
        {
            // With one endpoint its own words say it all.
            Message = errors.Count == 1 || error.ProvidersError is not null ? error.Message : failed.Message,
            RetryAfter = RetryAfterOf(error, errors.Count == 1, failed),
            Attempts = failed.Attempts,
        };
    }

    /// <summary>What the provider asked for, if it is the only one; else when the first endpoint is back.</summary>
    private static TimeSpan? RetryAfterOf(GatewayError error, bool isOnly, AllEndpointsFailedException failed)
        => !error.IsTemporary ? error.RetryAfter
            : isOnly ? error.RetryAfter ?? failed.RetryAfter
            : failed.RetryAfter ?? error.RetryAfter;

    private static GatewayError Read(EndpointUnavailableException unavailable)
        => Create(unavailable.CoolDownReason ?? FailureKind.Rejected, unavailable) with { RetryAfter = unavailable.RetryAfter };

    private static GatewayError Read(FailedAttempt attempt)
        => attempt.Kind is FailureKind.FirstTokenTimeout or FailureKind.ResponseTimeout ? Create(attempt.Kind, attempt.Exception) : Read(attempt.Exception);

    private static GatewayError Create(FailureKind kind, Exception exception)
    {
        var status = StatusOf(kind);
        return new(status, exception.Message, status == StatusCodes.Status400BadRequest ? "invalid_request_error" : "server_error", CodeOf(kind));
    }

    private static int StatusOf(FailureKind kind) => kind switch
    {
        FailureKind.FirstTokenTimeout or FailureKind.ResponseTimeout or FailureKind.RequestTimeout => 504,
        FailureKind.RateLimited or FailureKind.QuotaExhausted => 429,
        FailureKind.Rejected or FailureKind.Overloaded => 503,
        FailureKind.Unauthorized => 401,
        FailureKind.NotFound => 404,
        FailureKind.InvalidRequest or FailureKind.ContextLengthExceeded or FailureKind.ContentFiltered or FailureKind.NotSupported => 400,
        _ => 502,
    };

    /// <summary>In the protocol's own spelling: <c>first_token_timeout</c>; and in its own word, where it has one.</summary>
    private static string CodeOf(FailureKind kind)
        => kind == FailureKind.ContentFiltered
            ? ContentFilter
            : string.Concat(kind.ToString().Select((letter, i) => i > 0 && char.IsAsciiLetterUpper(letter) ? $"_{char.ToLowerInvariant(letter)}" : char.ToLowerInvariant(letter).ToString()));
}
