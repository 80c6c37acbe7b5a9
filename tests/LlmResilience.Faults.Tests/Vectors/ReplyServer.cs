using System.Net.Sockets;
using LlmResilience.TestUtils;

namespace LlmResilience.Faults.Tests.Vectors;

/// <summary>A server on a real socket that gives every request the same reply.</summary>
internal sealed class ReplyServer(byte[] reply) : IAsyncDisposable
{
    private readonly LoopbackListener _listener = new((stream, cancellationToken) => AnswerAsync(stream, reply, cancellationToken));

    public Uri BaseAddress => new($"http://127.0.0.1:{_listener.Port}");

    public ValueTask DisposeAsync() => _listener.DisposeAsync();

    private static async Task AnswerAsync(NetworkStream stream, byte[] reply, CancellationToken cancellationToken)
    {
        await LoopbackRequest.ReadAsync(stream, cancellationToken);
        await stream.WriteAsync(reply, cancellationToken);
        stream.Socket.Shutdown(SocketShutdown.Send);

        // Until the client is done too: closed before, the rest of the reply might be lost.
        while (await stream.ReadAsync(new byte[256], cancellationToken) > 0)
        {
        }
    }
}
