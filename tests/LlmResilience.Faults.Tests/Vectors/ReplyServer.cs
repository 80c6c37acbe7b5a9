using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace LlmResilience.Faults.Tests.Vectors;

/// <summary>A server on a real socket that gives every request the same reply.</summary>
internal sealed class ReplyServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly byte[] _reply;
    private readonly Task _serving;

    public ReplyServer(byte[] reply)
    {
        _reply = reply;
        _listener.Start();
        _serving = ServeAsync();
    }

    public Uri BaseAddress => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _serving;
        _listener.Stop();
        _stop.Dispose();
    }

    private async Task ServeAsync()
    {
        var connections = new List<Task>();
        try
        {
            while (true)
            {
                connections.Add(AnswerAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task AnswerAsync(TcpClient connection)
    {
        using (connection)
        {
            try
            {
                var stream = connection.GetStream();
                await ReadRequestAsync(stream);
                await stream.WriteAsync(_reply, _stop.Token);
                connection.Client.Shutdown(SocketShutdown.Send);

                // Until the client is done too: closed before, the rest of the reply might be lost.
                while (await stream.ReadAsync(new byte[256], _stop.Token) > 0)
                {
                }
            }
            catch (Exception e) when (e is OperationCanceledException or IOException or SocketException)
            {
                // The client went away, or the test is over.
            }
        }
    }

    private async Task ReadRequestAsync(NetworkStream stream)
    {
        var received = new StringBuilder();
        var buffer = new byte[8192];
        while (!IsWhole(received.ToString()))
        {
            var count = await stream.ReadAsync(buffer, _stop.Token);
            if (count == 0)
            {
                return;
            }

            received.Append(Encoding.Latin1.GetString(buffer, 0, count));
        }
    }

    private static bool IsWhole(string request)
    {
        var end = request.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        if (end < 0)
        {
            return false;
        }

        var length = request[..end].Split("\r\n").FirstOrDefault(line => line.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase));
        return length is null
            ? request.EndsWith("0\r\n\r\n", StringComparison.Ordinal)
            : request.Length - end - 4 >= int.Parse(length["Content-Length:".Length..], CultureInfo.InvariantCulture);
    }
}
