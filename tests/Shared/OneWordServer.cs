using System.Net;
using System.Net.Sockets;
using System.Text;

namespace LlmResilience.Tests;

/// <summary>Answers every request on a connection with the same letter, so many times, and counts the connections.</summary>
internal sealed class OneWordServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly byte[] _response;
    private readonly Task _serving;
    private int _connections;

    public OneWordServer(int bodyLength)
    {
        _response = Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Length: {bodyLength}\r\n\r\n{new string('x', bodyLength)}");
        _listener.Start();
        _serving = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public int Connections => Volatile.Read(ref _connections);

    /// <summary>Waits for the clients to leave as well.</summary>
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
                var connection = await _listener.AcceptTcpClientAsync();
                Interlocked.Increment(ref _connections);
                served.Add(ServeAsync(connection));
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
                // None of these tests' requests is longer than one packet.
                var stream = connection.GetStream();
                while (await stream.ReadAsync(new byte[4096]) > 0)
                {
                    await stream.WriteAsync(_response);
                }
            }
            catch (IOException)
            {
                // Reset, which is how a client cuts.
            }
        }
    }
}
