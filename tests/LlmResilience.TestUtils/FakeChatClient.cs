using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace LlmResilience.TestUtils;

/// <summary>A client that does what a test scripts: the same in both modes, so that one theory proves both.</summary>
/// <remarks>Each call takes the next script; the last one serves all further calls.</remarks>
public sealed class FakeChatClient(params Script[] scripts) : IChatClient, IModelListProbe
{
    private readonly ConcurrentQueue<(IReadOnlyList<ChatMessage> Messages, ChatOptions? Options, CancellationToken Token)> _calls = new();
    private int _started;
    private int _modelLists;
    private int _disposedStreams;

    public int Calls => Volatile.Read(ref _started);

    /// <summary>How often the list of models was asked for.</summary>
    public int ModelLists => Volatile.Read(ref _modelLists);

    /// <summary>Enumerators that were disposed.</summary>
    public int DisposedStreams => Volatile.Read(ref _disposedStreams);

    public bool IsDisposed { get; private set; }

    public ChatClientMetadata Metadata { get; init; } = new("fake", new Uri("http://fake.test"), "fake-model");

    public IReadOnlyList<(IReadOnlyList<ChatMessage> Messages, ChatOptions? Options, CancellationToken Token)> Received => [.. _calls];

    public async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        var script = Next(messages, options, cancellationToken);
        List<ChatResponseUpdate> updates = [];
        foreach (var step in script.Steps)
        {
            await step.RunAsync(updates, cancellationToken);
        }

        return updates.ToChatResponse();
    }

    public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        var script = Next(messages, options, cancellationToken);
        if (script.ThrowsAtOnce is { } exception)
        {
            throw exception;
        }

        return StreamAsync(script, cancellationToken);
    }

    public object? GetService(Type serviceType, object? serviceKey = null)
        => serviceType == typeof(ChatClientMetadata) ? Metadata : serviceType.IsInstanceOfType(this) ? this : null;

    public Task RequestModelListAsync(CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _modelLists);
        return Task.CompletedTask;
    }

    public void Dispose() => IsDisposed = true;

    private Script Next(IEnumerable<ChatMessage> messages, ChatOptions? options, CancellationToken cancellationToken)
    {
        var call = Interlocked.Increment(ref _started) - 1;
        _calls.Enqueue(([.. messages], options, cancellationToken));
        return scripts[Math.Min(call, scripts.Length - 1)];
    }

    private async IAsyncEnumerable<ChatResponseUpdate> StreamAsync(Script script, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        try
        {
            List<ChatResponseUpdate> updates = [];
            foreach (var step in script.Steps)
            {
                await step.RunAsync(updates, cancellationToken);
                foreach (var update in updates)
                {
                    yield return update;
                }

                updates.Clear();
            }
        }
        finally
        {
            Interlocked.Increment(ref _disposedStreams);
            if (script.OnDispose is { } dispose)
            {
                await dispose();
            }
        }
    }
}
