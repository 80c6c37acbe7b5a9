namespace LlmResilience;

/// <summary>The provider answered, but not with an answer: an error inside a response of status 200, or nothing at all.</summary>
public sealed class UnusableResponseException : Exception
{
    private UnusableResponseException(string message, FailureKind kind, string? errorCode)
        : base(message)
    {
        Kind = kind;
        ErrorCode = errorCode;
    }

    /// <summary><see cref="FailureKind.ServerError"/> for an error, <see cref="FailureKind.EmptyResponse"/> for nothing.</summary>
    public FailureKind Kind { get; }

    /// <summary>The provider's code for the error, if it gave one.</summary>
    public string? ErrorCode { get; }

    internal static UnusableResponseException Error(string endpoint, string? code)
        => new($"Endpoint '{endpoint}' reported an error inside its response{(code is null ? "" : $" (code '{code}')")}.", FailureKind.ServerError, code);

    internal static UnusableResponseException Empty(string endpoint)
        => new($"Endpoint '{endpoint}' ended its response without content and without a finish reason.", FailureKind.EmptyResponse, errorCode: null);
}
