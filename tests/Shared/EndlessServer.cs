using System.Net.Sockets;
using System.Text;
using LlmResilience.TestUtils;

namespace LlmResilience.Tests;

/// <summary>Answers every request with a head and a beginning, and then the same piece again and again until the client leaves.</summary>
internal sealed class EndlessServer : IAsyncDisposable
{
    private readonly LoopbackListener _listener;
    private readonly byte[] _start;
    private readonly byte[] _piece;
    private long _sent;

    public EndlessServer(string contentType, string start, string piece, int status = 200)
    {
        _start = Encoding.UTF8.GetBytes($"HTTP/1.1 {status} X\r\nContent-Type: {contentType}\r\nConnection: close\r\n\r\n{start}");

        // Small writes would make it the server's speed that is tested.
        _piece = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(piece, Math.Max(1, 64 * 1024 / piece.Length))));
        _listener = new(ServeAsync);
    }

    /// <summary>How many bytes the socket has taken.</summary>
    public long Sent => Volatile.Read(ref _sent);

    public Uri BaseAddress => new($"http://127.0.0.1:{_listener.Port}");

    public ValueTask DisposeAsync() => _listener.DisposeAsync();

    private async Task ServeAsync(NetworkStream stream, CancellationToken cancellationToken)
    {
        _ = await stream.ReadAtLeastAsync(new byte[4096], 1, cancellationToken: cancellationToken);
        await stream.WriteAsync(_start, cancellationToken);
        while (true)
        {
            await stream.WriteAsync(_piece, cancellationToken);
            Interlocked.Add(ref _sent, _piece.Length);
        }
    }
}
