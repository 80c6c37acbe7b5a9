using Microsoft.Extensions.AI;

namespace LlmResilience.TestUtils;

/// <summary>What one call to a <see cref="FakeChatClient"/> does, step by step.</summary>
public sealed class Script
{
    private readonly List<Step> _steps = [];

    public IReadOnlyList<Step> Steps => _steps;

    public Exception? ThrowsAtOnce { get; private set; }

    public Func<Task>? OnDispose { get; private set; }

    /// <summary>A whole answer: one update per word, then the finish reason.</summary>
    public static Script Answer(string text)
    {
        var words = text.Split(' ');
        return new Script().Text([.. words.Select((word, i) => i < words.Length - 1 ? word + " " : word)]).Finish();
    }

    public static Script Throw(Exception exception) => new Script().ThenThrow(exception);

    /// <summary>Silence until cancelled.</summary>
    public static Script Hang() => new Script().ThenHang();

    /// <summary>Silence, whatever the token says.</summary>
    public static Script HangStubbornly(Task release) => new Script().Then((_, _) => release);

    public static Script Updates(params ChatResponseUpdate[] updates) => new Script().Update(updates);

    public Script AtOnce(Exception exception)
    {
        ThrowsAtOnce = exception;
        return ThenThrow(exception);
    }

    public Script Text(params string[] tokens) => Update([.. tokens.Select(token => new ChatResponseUpdate(ChatRole.Assistant, token))]);

    public Script Finish() => Update(new ChatResponseUpdate(ChatRole.Assistant, []) { FinishReason = ChatFinishReason.Stop });

    public Script Update(params ChatResponseUpdate[] updates)
    {
        foreach (var update in updates)
        {
            Then((into, _) =>
            {
                into.Add(update.Clone());
                return Task.CompletedTask;
            });
        }

        return this;
    }

    public Script Wait(TimeProvider clock, TimeSpan time) => Then((_, token) => Task.Delay(time, clock, token));

    public Script ThenThrow(Exception exception) => Then((_, _) => Task.FromException(exception));

    public Script ThenHang() => Then((_, token) => Task.Delay(Timeout.Infinite, token));

    public Script WhenDisposed(Func<Task> dispose)
    {
        OnDispose = dispose;
        return this;
    }

    public Script Then(Func<List<ChatResponseUpdate>, CancellationToken, Task> run)
    {
        _steps.Add(new Step(run));
        return this;
    }

    public sealed record Step(Func<List<ChatResponseUpdate>, CancellationToken, Task> RunAsync);
}
