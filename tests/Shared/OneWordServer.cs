using System.Net.Sockets;
using System.Text;
using LlmResilience.TestUtils;

namespace LlmResilience.Tests;

/// <summary>Answers every request on a connection with the same letter, so many times, and counts the connections.</summary>
internal sealed class OneWordServer : IAsyncDisposable
{
    private readonly LoopbackListener _listener;
    private readonly byte[] _response;
    private int _connections;

    public OneWordServer(int bodyLength)
    {
        _response = Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Length: {bodyLength}\r\n\r\n{new string('x', bodyLength)}");
        _listener = new(ServeAsync);
    }

    public int Port => _listener.Port;

    public int Connections => Volatile.Read(ref _connections);

    public ValueTask DisposeAsync() => _listener.DisposeAsync();

    private async Task ServeAsync(NetworkStream stream, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _connections);

        // None of these tests' requests is longer than one packet.
        while (await stream.ReadAsync(new byte[4096], cancellationToken) > 0)
        {
            await stream.WriteAsync(_response, cancellationToken);
        }
    }
}
