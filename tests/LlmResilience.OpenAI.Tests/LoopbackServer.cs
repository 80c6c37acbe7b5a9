using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.AI;

namespace LlmResilience.OpenAI.Tests;

/// <summary>A server on a real socket that answers every request with the same script, and keeps the requests.</summary>
internal sealed class LoopbackServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Func<Stream, CancellationToken, Task> _answer;
    private readonly Task _loop;

    public LoopbackServer(Func<Stream, CancellationToken, Task> answer)
    {
        _answer = answer;
        _listener.Start();
        _loop = AcceptAsync();
    }

    public ConcurrentQueue<(string Head, string Body)> Requests { get; } = new();

    public Uri BaseAddress => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/v1");

    /// <summary>Answers with one document.</summary>
    public static LoopbackServer Json(string body, int status = 200, params string[] headers)
        => new((stream, cancellationToken) => SendAsync(
            stream, $"HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nConnection: close\r\n{Lines(headers)}\r\n{body}", cancellationToken));

    /// <summary>Answers with events, and then with the end of the connection.</summary>
    public static LoopbackServer Events(params string[] data)
        => Stream(string.Concat(data.Select(d => $"data: {d}\n\n")));

    /// <summary>Answers with the body of a stream as it is, and then with the end of the connection.</summary>
    public static LoopbackServer Stream(string body)
        => new((stream, cancellationToken) => SendAsync(stream, StreamHead + body, cancellationToken));

    public const string StreamHead = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n";

    public static Task SendAsync(Stream stream, string text, CancellationToken cancellationToken)
        => stream.WriteAsync(Encoding.UTF8.GetBytes(text), cancellationToken).AsTask();

    /// <summary>Waits until the client closes or resets the connection.</summary>
    public static async Task WaitForCloseAsync(Stream stream, CancellationToken cancellationToken)
    {
        try
        {
            Assert.Equal(0, await stream.ReadAsync(new byte[1], cancellationToken));
        }
        catch (IOException)
        {
            // Reset.
        }
    }

    public IChatClient CreateClient(string model = "test-model", TimeProvider? timeProvider = null)
        => OpenAIClientFactory.Create(new OpenAIEndpointOptions { BaseAddress = BaseAddress, ApiKey = "sk-test", ModelId = model }, services: null, timeProvider);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _loop;
        _listener.Stop();
        _stop.Dispose();
    }

    private static string Lines(string[] headers) => string.Concat(headers.Select(h => h + "\r\n"));

    private async Task AcceptAsync()
    {
        var connections = new List<Task>();
        try
        {
            while (true)
            {
                connections.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException)
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task ServeAsync(TcpClient connection)
    {
        using (connection)
        {
            try
            {
                var stream = connection.GetStream();
                if (await ReadRequestAsync(stream) is { } request)
                {
                    Requests.Enqueue(request);
                    await _answer(stream, _stop.Token);
                }
            }
            catch (Exception e) when (e is OperationCanceledException or IOException)
            {
                // The client went away, or the test is over.
            }
        }
    }

    private async Task<(string Head, string Body)?> ReadRequestAsync(NetworkStream stream)
    {
        var received = new List<byte>();
        var buffer = new byte[4096];
        while (true)
        {
            var count = await stream.ReadAsync(buffer, _stop.Token);
            if (count == 0)
            {
                return null;
            }

            received.AddRange(buffer.AsSpan(0, count));
            var text = Encoding.Latin1.GetString([.. received]);
            var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            if (end >= 0 && received.Count >= end + 4 + LengthOf(text[..end]))
            {
                return (text[..end], Encoding.UTF8.GetString([.. received.Skip(end + 4)]));
            }
        }
    }

    private static int LengthOf(string head)
        => head.Split("\r\n").Where(l => l.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase))
            .Select(l => int.Parse(l["Content-Length:".Length..], CultureInfo.InvariantCulture)).FirstOrDefault();
}
