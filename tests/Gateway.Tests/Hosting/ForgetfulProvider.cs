using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Gateway.Tests.Hosting;

/// <summary>A provider that keeps nothing of what it is sent, so that all memory that a request takes is the gateway's.</summary>
internal sealed class ForgetfulProvider : IDisposable
{
    private const string Answer = """{"id":"1","model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"Hi"},"finish_reason":"stop"}]}""";

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Action _received;
    private readonly byte[] _buffer = new byte[64 * 1024];

    /// <param name="received">Called when a body is there, before it is answered.</param>
    public ForgetfulProvider(Action received)
    {
        _received = received;
        _listener.Start();
        _ = ServeAsync();
    }

    public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/v1");

    /// <summary>The length of the last body.</summary>
    public long Length { get; private set; }

    public void Dispose() => _listener.Dispose();

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                using var connection = await _listener.AcceptTcpClientAsync();
                await AnswerAsync(connection.GetStream());
            }
        }
        catch (Exception stopped) when (stopped is SocketException or ObjectDisposedException)
        {
            // Disposed.
        }
    }

    private async Task AnswerAsync(NetworkStream stream)
    {
        var count = await stream.ReadAsync(_buffer);
        var head = Encoding.ASCII.GetString(_buffer, 0, count);
        head = head[..(head.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)];
        Length = long.Parse(head.Split("Content-Length: ")[1].Split('\r')[0], CultureInfo.InvariantCulture);
        for (var left = head.Length + Length - count; left > 0; left -= count)
        {
            count = await stream.ReadAsync(_buffer);
        }

        _received();
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {Answer.Length}\r\nConnection: close\r\n\r\n{Answer}"));
    }
}
