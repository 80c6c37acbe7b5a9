using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace LlmResilience.Tests.LoadBalancing;

/// <summary>A server with so many places; who finds none waits in line. Its answer is its name.</summary>
internal sealed class SimulatedEndpoint(SimulatedTraffic traffic, string name, int places, TimeSpan firstToken, TimeSpan rest) : IChatClient
{
    private readonly object _lock = new();
    private readonly Queue<TaskCompletionSource> _line = new();
    private int _busy;

    public string Name => name;

    /// <summary>The most that have waited for a place at a time.</summary>
    public int LongestLine { get; private set; }

    public int Requests { get; private set; }

    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await TakePlace();
        try
        {
            await traffic.DelayAsync(firstToken);
            yield return new ChatResponseUpdate(ChatRole.Assistant, name);
            await traffic.DelayAsync(rest);
            yield return new ChatResponseUpdate(ChatRole.Assistant, []) { FinishReason = ChatFinishReason.Stop };
        }
        finally
        {
            LeavePlace();
        }
    }

    public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
        => GetStreamingResponseAsync(messages, options, cancellationToken).ToChatResponseAsync(cancellationToken);

    public object? GetService(Type serviceType, object? serviceKey = null) => null;

    public void Dispose()
    {
    }

    private Task TakePlace()
    {
        lock (_lock)
        {
            Requests++;
            if (_busy < places)
            {
                _busy++;
                return Task.CompletedTask;
            }

            var turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _line.Enqueue(turn);
            LongestLine = Math.Max(LongestLine, _line.Count);
            traffic.BeginWait();
            return turn.Task;
        }
    }

    private void LeavePlace()
    {
        lock (_lock)
        {
            if (_line.TryDequeue(out var turn))
            {
                traffic.EndWait();
                turn.SetResult();
                return;
            }

            _busy--;
        }
    }
}
