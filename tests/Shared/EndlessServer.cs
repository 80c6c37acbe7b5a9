using System.Net;
using System.Net.Sockets;
using System.Text;

namespace LlmResilience.Tests;

/// <summary>Answers every request with a head and a beginning, and then the same piece again and again until the client leaves.</summary>
internal sealed class EndlessServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly byte[] _start;
    private readonly byte[] _piece;
    private readonly Task _serving;
    private long _sent;

    public EndlessServer(string contentType, string start, string piece, int status = 200)
    {
        _start = Encoding.UTF8.GetBytes($"HTTP/1.1 {status} X\r\nContent-Type: {contentType}\r\nConnection: close\r\n\r\n{start}");

        // Small writes would make it the server's speed that is tested.
        _piece = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(piece, Math.Max(1, 64 * 1024 / piece.Length))));
        _listener.Start();
        _serving = AcceptAsync();
    }

    /// <summary>How many bytes the socket has taken.</summary>
    public long Sent => Volatile.Read(ref _sent);

    public Uri BaseAddress => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _serving;
    }

    private async Task AcceptAsync()
    {
        var served = new List<Task>();
        try
        {
            while (true)
            {
                served.Add(ServeAsync(await _listener.AcceptTcpClientAsync()));
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(served);
        }
    }

    private async Task ServeAsync(TcpClient connection)
    {
        using (connection)
        {
            try
            {
                var stream = connection.GetStream();
                _ = await stream.ReadAtLeastAsync(new byte[4096], 1);
                await stream.WriteAsync(_start);
                while (true)
                {
                    await stream.WriteAsync(_piece);
                    Interlocked.Add(ref _sent, _piece.Length);
                }
            }
            catch (IOException)
            {
                // The client has left.
            }
        }
    }
}
