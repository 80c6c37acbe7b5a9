using System.Net.Sockets;
using LlmResilience.Attempts;

namespace LlmResilience.Requests;

/// <summary>Tells whether a request that failed may have been worked on at the provider.</summary>
internal static class ProcessedRequests
{
    /// <summary>Whether it may have been; not if the provider refused it, or it never got there.</summary>
    public static bool MayInclude(AttemptFailure failure) => failure.Kind switch
    {
        FailureKind.Unknown or FailureKind.ServerError => true,
        FailureKind.FirstTokenTimeout or FailureKind.ResponseTimeout => true,
        FailureKind.InvalidResponse or FailureKind.EmptyResponse => true,
        FailureKind.StreamStalled or FailureKind.StreamInterrupted => true,
        FailureKind.ConnectionFailed => MayHaveGotThere(failure.Exception),
        _ => false,
    };

    // A connection that could not be made has carried nothing; one that was reset may have carried the request.
    private static bool MayHaveGotThere(Exception? exception)
    {
        while (exception is not null)
        {
            switch (exception)
            {
                case HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError }:
                case HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError }:
                    return false;
                case HttpRequestException { HttpRequestError: not HttpRequestError.Unknown }:
                    return true;
                case SocketException socket:
                    return socket.SocketErrorCode is not (SocketError.ConnectionRefused or SocketError.HostNotFound or SocketError.TryAgain
                        or SocketError.NoData or SocketError.HostUnreachable or SocketError.NetworkUnreachable or SocketError.NetworkDown);
                case IOException { InnerException: not SocketException }:
                    return true;
                default:
                    exception = exception.InnerException;
                    break;
            }
        }

        return false;
    }
}
