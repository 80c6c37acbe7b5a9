using System.Net.Sockets;
using System.Security.Authentication;
using System.Text.Json;
using Polly;
using Polly.Timeout;

namespace LlmResilience.Failures;

/// <summary>Knows what .NET itself and Polly throw. The last in every chain of classifiers.</summary>
internal sealed class CoreFailureClassifier : FailureClassifier
{
    private CoreFailureClassifier()
    {
    }

    public static CoreFailureClassifier Instance { get; } = new();

    public override Failure? Classify(Exception exception, FailureClassifierContext context) => exception switch
    {
        IClassifiedException own => own.Failure,
        TimeoutRejectedException => new Failure(FailureKind.ResponseTimeout),
        ExecutionRejectedException => new Failure(FailureKind.Rejected),
        HttpRequestException http => Classify(http),
        HttpIOException { HttpRequestError: HttpRequestError.InvalidResponse } => new Failure(FailureKind.InvalidResponse),
        TimeoutException => new Failure(FailureKind.ResponseTimeout),

        // A cancellation that is not the app's is a client's own timeout.
        OperationCanceledException => new Failure(FailureKind.ResponseTimeout),
        JsonException or FormatException or InvalidDataException => new Failure(FailureKind.InvalidResponse),
        IOException or SocketException or AuthenticationException => new Failure(FailureKind.ConnectionFailed),
        NotSupportedException => new Failure(FailureKind.NotSupported),
        ArgumentException => new Failure(FailureKind.InvalidRequest),
        _ => null,
    };

    private static Failure Classify(HttpRequestException exception)
    {
        if (exception.StatusCode is { } status)
        {
            return Failure.FromHttpStatus((int)status);
        }

        return exception.HttpRequestError == HttpRequestError.InvalidResponse
            ? new Failure(FailureKind.InvalidResponse)
            : new Failure(FailureKind.ConnectionFailed);
    }
}
