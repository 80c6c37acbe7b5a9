using System.Net;
using System.Net.Sockets;

namespace LlmResilience;

/// <summary>The connections to all endpoints of a provider package, into each of which this file is compiled.</summary>
internal static class ProviderHttp
{
    /// <summary>The name of the client at <see cref="IHttpClientFactory"/>: that of the package.</summary>
    public static readonly string ClientName = typeof(ProviderHttp).Assembly.GetName().Name!;

    private static readonly Lazy<HttpClient> ProcessWide = new(
        () => WithoutTimeout(new HttpClient(new BoundedResponseHandler { InnerHandler = CreateHandler() })));

    public static HttpClient GetClient(IServiceProvider? services)
        => services?.GetService(typeof(IHttpClientFactory)) is IHttpClientFactory factory
            ? WithoutTimeout(factory.CreateClient(ClientName))
            : ProcessWide.Value;

    public static SocketsHttpHandler CreateHandler() => new()
    {
        ConnectTimeout = TimeSpan.FromSeconds(5),
        ConnectCallback = ConnectAsync,
        EnableMultipleHttp2Connections = true,
        KeepAlivePingDelay = TimeSpan.FromSeconds(15),
        KeepAlivePingTimeout = TimeSpan.FromSeconds(10),
        KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
        // Connections must follow DNS when a provider moves an address.
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        // A decompressor would hold back events until it has a block of them.
        AutomaticDecompression = DecompressionMethods.None,
        // A stream that is let go of is cut at once, not read to its end, so that an overloaded server is relieved.
        MaxResponseDrainSize = 0,
        UseCookies = false,
    };

    // The endpoint's timeouts are the only ones: this one would cut long answers and look like a cancellation.
    private static HttpClient WithoutTimeout(HttpClient client)
    {
        client.Timeout = Timeout.InfiniteTimeSpan;
        return client;
    }

    private static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(context.DnsEndPoint, cancellationToken).ConfigureAwait(false);

            // A model may think for minutes without a byte, which looks the same as a server that was unplugged: the kernel asks it. Set
            // after connecting: on .NET 8 a socket with options of its own cannot try one address of a name after the other.
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, optionValue: true);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, 15);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, 5);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, 3);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
