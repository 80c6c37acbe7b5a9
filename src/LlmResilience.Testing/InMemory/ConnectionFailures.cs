using System.Net.Sockets;

namespace LlmResilience.Testing;

/// <summary>The exceptions of <see cref="HttpClient"/> for connections that end badly.</summary>
internal static class ConnectionFailures
{
    public static Exception Create(FaultVerdict verdict, bool hasHeaders) => verdict switch
    {
        FaultVerdict.Refuse => new HttpRequestException(
            HttpRequestError.ConnectionError, "Connection refused.", new SocketException((int)SocketError.ConnectionRefused)),
        _ when !hasHeaders => new HttpRequestException("An error occurred while sending the request.", Reset()),
        FaultVerdict.Cut => new HttpIOException(HttpRequestError.ResponseEnded, "The response ended prematurely."),
        _ => Reset(),
    };

    private static IOException Reset() => new("Unable to read data from the transport connection.", new SocketException((int)SocketError.ConnectionReset));
}
