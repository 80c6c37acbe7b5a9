using System.Globalization;
using System.Net.Sockets;
using System.Text;
using LlmResilience.TestUtils;

namespace Gateway.Tests.Hosting;

/// <summary>A provider that keeps nothing of what it is sent, so that all memory that a request takes is the gateway's.</summary>
internal sealed class ForgetfulProvider : IAsyncDisposable
{
    private const string Answer = """{"id":"1","model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"Hi"},"finish_reason":"stop"}]}""";

    private readonly LoopbackListener _listener;
    private readonly Action _received;
    private readonly byte[] _buffer = new byte[64 * 1024];

    /// <param name="received">Called when a body is there, before it is answered.</param>
    public ForgetfulProvider(Action received)
    {
        _received = received;
        _listener = new(ServeAsync);
    }

    public Uri Address => new($"http://127.0.0.1:{_listener.Port}/v1");

    /// <summary>The length of the last body.</summary>
    public long Length { get; private set; }

    public ValueTask DisposeAsync() => _listener.DisposeAsync();

    private async Task ServeAsync(NetworkStream stream, CancellationToken cancellationToken)
    {
        var count = await stream.ReadAsync(_buffer, cancellationToken);
        var head = Encoding.ASCII.GetString(_buffer, 0, count);
        head = head[..(head.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)];
        Length = long.Parse(head.Split("Content-Length: ")[1].Split('\r')[0], CultureInfo.InvariantCulture);
        for (var left = head.Length + Length - count; left > 0; left -= count)
        {
            count = await stream.ReadAsync(_buffer, cancellationToken);
        }

        _received();
        var answer = $"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {Answer.Length}\r\nConnection: close\r\n\r\n{Answer}";
        await stream.WriteAsync(Encoding.ASCII.GetBytes(answer), cancellationToken);
    }
}
