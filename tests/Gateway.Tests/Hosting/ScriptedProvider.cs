using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using LlmResilience.TestUtils;

namespace Gateway.Tests.Hosting;

/// <summary>A provider on a raw socket that answers each request as a test says, byte for byte, and keeps what it was asked.</summary>
internal sealed class ScriptedProvider : IAsyncDisposable
{
    private const string EventsHead = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n";

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Func<JsonNode, Stream, Task> _answer;
    private readonly Task _loop;

    public ScriptedProvider(Func<JsonNode, Stream, Task> answer)
    {
        _answer = answer;
        _listener.Start();
        _loop = AcceptAsync();
    }

    public ConcurrentQueue<JsonNode> Requests { get; } = new();

    public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/v1");

    public static ScriptedProvider Json(string body, int status = 200, string headers = "") => new((_, stream) => SendJsonAsync(stream, body, status, headers));

    public static ScriptedProvider Events(params string[] events) => new((_, stream) => SendEventsAsync(stream, events));

    public static string Chunk(string delta, string finish = "null", string more = "")
        => $$"""{"id":"c1","object":"chat.completion.chunk","created":1700000000,"model":"m-1"{{more}},"choices":[{"index":0,"delta":{{delta}},"finish_reason":{{finish}}}]}""";

    public static Task SendJsonAsync(Stream stream, string body, int status = 200, string headers = "")
        => SendAsync(stream, $"HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nConnection: close\r\n{headers}\r\n{body}");

    public static Task SendEventsAsync(Stream stream, params string[] events)
        => SendAsync(stream, EventsHead + string.Concat(events.Select(data => $"data: {data}\n\n")));

    public static Task SendAsync(Stream stream, string text) => stream.WriteAsync(Encoding.UTF8.GetBytes(text)).AsTask();

    /// <summary>Waits until the gateway closes or resets the connection.</summary>
    public static async Task WaitForCloseAsync(Stream stream)
    {
        try
        {
            Assert.Equal(0, await stream.ReadAsync(new byte[1]));
        }
        catch (IOException)
        {
            // Reset.
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _loop;
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token));
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(TcpClient connection)
    {
        using (connection)
        {
            try
            {
                var stream = connection.GetStream();
                if (await LoopbackRequest.ReadAsync(stream, _stop.Token) is { } received)
                {
                    var request = JsonNode.Parse(received.Body)!;
                    Requests.Enqueue(request);
                    await _answer(request, stream);
                }
            }
            catch (Exception exception) when (exception is OperationCanceledException or IOException)
            {
                // The gateway went away, or the test is over.
            }
        }
    }
}
