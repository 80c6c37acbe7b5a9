using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Text;
using LlmResilience.TestUtils;
using Microsoft.Extensions.AI;

namespace LlmResilience.OpenAI.Tests;

/// <summary>A server on a real socket that answers every request with the same script, and keeps the requests.</summary>
internal sealed class LoopbackServer : IAsyncDisposable
{
    private readonly LoopbackListener _listener;
    private readonly Func<Stream, CancellationToken, Task> _answer;

    public LoopbackServer(Func<Stream, CancellationToken, Task> answer)
    {
        _answer = answer;
        _listener = new(ServeAsync);
    }

    public ConcurrentQueue<LoopbackRequest> Requests { get; } = new();

    public Uri BaseAddress => new($"http://127.0.0.1:{_listener.Port}/v1");

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

    public ValueTask DisposeAsync() => _listener.DisposeAsync();

    private static string Lines(string[] headers) => string.Concat(headers.Select(h => h + "\r\n"));

    private async Task ServeAsync(NetworkStream stream, CancellationToken cancellationToken)
    {
        if (await LoopbackRequest.ReadAsync(stream, cancellationToken) is { } request)
        {
            Requests.Enqueue(request);
            await _answer(stream, cancellationToken);
        }
    }
}
