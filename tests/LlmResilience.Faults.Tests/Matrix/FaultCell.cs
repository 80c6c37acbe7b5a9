using System.Diagnostics;
using LlmResilience.Faults.Tests.Wires;
using Microsoft.Extensions.AI;

namespace LlmResilience.Faults.Tests.Matrix;

/// <summary>One fault in one situation: a server that has it, perhaps another one that is well, and one request over real sockets.</summary>
internal sealed class FaultCell(CellKey key, AttemptRecorder recorder)
{
    // Long enough for a machine that is busy with other cells, short enough to wait for.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(1.5);
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(15);

    private readonly string _faulty = $"faulty-{Guid.NewGuid():N}";
    private readonly string _well = $"well-{Guid.NewGuid():N}";

    private string Where => $"{key.Wire.Title}, {key.Row.Name}, {(key.Streaming ? "streaming" : "not streaming")}, {(key.WithFallback ? "with a fallback" : "alone")}";

    public async Task<CellResult> RunAsync()
    {
        await using var faulty = await key.Wire.StartAsync(isFallback: false);
        await using var well = await key.Wire.StartAsync(isFallback: true);
        using var client = Build(faulty, key.WithFallback ? well : null);
        using var reference = Build(well, null);

        // Learns both answers, and lets the client learn that this endpoint sends finish reasons.
        var answer = (await AskWellAsync(client, _faulty)).Text;
        var fallback = (await AskWellAsync(reference, _faulty)).Text;
        Assert.NotEqual(answer, fallback);
        var before = Snapshot(client);
        var attemptsBefore = recorder.Of(_faulty).Count;

        faulty.Faults.Always(key.Row.Fault);
        var watch = Stopwatch.StartNew();
        var view = await AppView.AskAsync(client, key.Streaming);
        var elapsed = watch.Elapsed;

        var attempts = recorder.Of(_faulty).Skip(attemptsBefore).ToList();
        var took = attempts.Select(ClockOf).FirstOrDefault(clock => clock is not null);
        Assert.True(elapsed < ((took is null ? TimeSpan.Zero : Limit) * attempts.Count) + Margin, $"{Where} took {elapsed}.");
        await LetGoAsync(client);
        return new CellResult(
            string.Join(", ", attempts.Distinct().Select(kind => kind is null ? "" : $"`{kind}`")),
            Next(attempts),
            Health(before, Snapshot(client), attempts.Count),
            Judge(view, answer, fallback),
            took ?? "at once");
    }

    private static string? ClockOf(string? kind) => kind switch
    {
        nameof(FailureKind.FirstTokenTimeout) => "`FirstToken`",
        nameof(FailureKind.ResponseTimeout) => "`Response`",
        nameof(FailureKind.StreamStalled) => "`BetweenTokens`",
        _ => null,
    };

    private static string Health(EndpointSnapshot before, EndpointSnapshot after, int attempts)
    {
        var failures = Failures(after) - Failures(before);
        var successes = after.SampleCount - before.SampleCount - failures;
        List<string> effects = [];
        if (successes > 0)
        {
            effects.Add("success");
        }

        if (failures > 0)
        {
            effects.Add(failures == attempts ? "failure" : $"{failures} failures in {attempts} attempts");
        }

        if (after.CoolDownReason is not null)
        {
            effects.Add("cool-down");
        }

        return effects.Count == 0 ? "none" : string.Join(" + ", effects);

        static int Failures(EndpointSnapshot snapshot) => (int)Math.Round(snapshot.FailureRatio * snapshot.SampleCount);
    }

    private ResilientChatClient Build(WireServer first, WireServer? second)
    {
        var builder = first.AddTo(new(), _faulty, endpoint =>
        {
            (endpoint.Timeouts.FirstToken, endpoint.Timeouts.FirstTokenAtLastEndpoint) = (Limit, Limit);
            (endpoint.Timeouts.BetweenTokens, endpoint.Timeouts.Response, endpoint.Timeouts.ResponseAtLastEndpoint) = (Limit, Limit, Limit);
            (endpoint.Retry.MaxRetryAttempts, endpoint.Retry.Delay, endpoint.Retry.MaxDelay) = (1, TimeSpan.FromMilliseconds(10), TimeSpan.FromMilliseconds(100));

            // The table shows what is booked. That enough of it ejects is another story, and would keep the retry from being made.
            (endpoint.Ejection.Window, endpoint.Ejection.MinimumThroughput, endpoint.Ejection.ConsecutiveFailureThreshold) = (TimeSpan.FromHours(1), 1000, 0);
        });
        return (second is null ? builder : second.AddTo(builder, _well)).Build();
    }

    private async Task<AppView> AskWellAsync(IChatClient client, string endpoint)
    {
        var view = await AppView.AskAsync(client, key.Streaming);
        Assert.True(view.Exception is null, $"{Where}: the healthy request failed: {view.Exception}");
        Assert.Equal((endpoint, ChatFinishReason.Stop), (view.Endpoint, view.FinishReason));
        return view;
    }

    private EndpointSnapshot Snapshot(IChatClient client) => client.GetService<LlmEndpoints>()!.GetSnapshots().Single(endpoint => endpoint.Name == _faulty);

    private string Next(List<string?> attempts)
    {
        var fellBack = recorder.Of(_well).Count > 0;
        return (attempts.Count > 1, fellBack) switch
        {
            (true, true) => "retry, next endpoint",
            (true, false) => "retry",
            (false, true) => "next endpoint",
            _ => "",
        };
    }

    /// <summary>The promise: the complete right answer, each token once and in order, or one clear exception.</summary>
    private string Judge(AppView view, string answer, string fallback)
    {
        if (view.Exception is null)
        {
            var isFallback = key.WithFallback && view.Endpoint == _well;
            Assert.True(view.Text == (isFallback ? fallback : answer), $"{Where}: a wrong answer was a success: '{view.Text}' instead of '{(isFallback ? fallback : answer)}'.");
            Assert.True(view.FinishReason == ChatFinishReason.Stop, $"{Where}: the answer has no finish reason.");
            return isFallback ? "the fallback's answer" : "the answer";
        }

        Assert.False(view.HasCall, $"{Where}: a part of a tool call surfaced.");
        Assert.True(view.FinishReason is null, $"{Where}: a finish reason was handed out, and then an exception.");
        Assert.True(answer.StartsWith(view.Text, StringComparison.Ordinal) && view.Text != answer, $"{Where}: '{view.Text}' was handed out before the exception.");
        switch (view.Exception)
        {
            case StreamInterruptedException interrupted:
                Assert.Equal(view.Text, interrupted.PartialText);
                break;
            default:
                Assert.Equal("", view.Text);
                break;
        }

        return (view.Tokens > 0 ? $"{view.Tokens} tokens, " : "") + $"`{view.Exception.GetType().Name}`";
    }

    /// <summary>Nothing is left behind: no attempt in flight, and none that was abandoned and does not let go.</summary>
    private async Task LetGoAsync(IChatClient client)
    {
        var watch = Stopwatch.StartNew();
        while (Snapshot(client) is { ActiveAttempts: > 0 } or { AbandonedAttempts: > 0 })
        {
            Assert.True(watch.Elapsed < Margin, $"{Where}: {Snapshot(client)}");
            await Task.Delay(10);
        }
    }
}
