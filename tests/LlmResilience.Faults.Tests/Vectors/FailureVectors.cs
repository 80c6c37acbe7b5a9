using LlmResilience.Faults.Tests.Matrix;
using LlmResilience.TestUtils;
using Microsoft.Extensions.AI;

namespace LlmResilience.Faults.Tests.Vectors;

/// <summary>How providers say no, one test a reply: what the library makes of each through the real SDKs, streamed and not.</summary>
public sealed class FailureVectors : IDisposable
{
    private const double LongestOwnWait = 10;
    private const double LongestWait = 300;
    private const double Tolerance = 0.2;
    private const string None = nameof(None);

    // The one row of a folder without replies, since runners take a theory without rows for a mistake.
    private const string NoReplies = "no replies in this folder";

    private static readonly string[] Harmless =
        [None, nameof(FailureKind.ContextLengthExceeded), nameof(FailureKind.NotSupported), nameof(FailureKind.ContentFiltered), nameof(FailureKind.InvalidRequest)];

    // Of each test's own, so that it listens before the request is sent.
    private readonly AttemptRecorder _recorder = new();

    public static TheoryData<string, bool> Replies { get; } = LoadNames();

    [Theory]
    [MemberData(nameof(Replies))]
    public async Task Reply_is_understood(string id, bool streaming)
    {
        if (id == NoReplies)
        {
            Assert.Empty(FailureReplies.All);
            return;
        }

        var reply = FailureReplies.All[id];
        var time = new VirtualTimeProvider();
        await using var server = new ReplyServer(ReplyText.Of(reply, time.GetUtcNow()));
        var name = $"vector-{Guid.NewGuid():N}";
        using var client = Build(name, (string)reply["api"]!, server.BaseAddress, time);

        var view = await AppView.AskAsync(client, streaming);

        var expected = reply["expect"]!;
        string[] kinds = [(string)expected["kind"]!, .. expected["or"]?.AsArray().Select(kind => (string)kind!) ?? []];
        var kind = _recorder.Of(name)[^1] ?? None;
        var said = $"{kind} instead of {string.Join(" or ", kinds)}, since {(string?)reply["why"]}: {view.Exception}";
        Assert.True(kinds.Contains(kind), said);
        AssertView(kind, view);
        AssertTrace(kind, (double?)expected["retryAfter"], Snapshot(client, name), time.GetUtcNow());
    }

    public void Dispose() => _recorder.Dispose();

    // Every reply, streamed and not; a stream only streamed.
    private static TheoryData<string, bool> LoadNames()
    {
        var names = new TheoryData<string, bool>();
        foreach (var (id, reply) in FailureReplies.All)
        {
            names.Add(id, true);
            if (reply["stream"] is null)
            {
                names.Add(id, false);
            }
        }

        if (FailureReplies.All.Count == 0)
        {
            names.Add(NoReplies, false);
        }

        return names;
    }

    private static void AssertView(string kind, AppView view)
    {
        if (kind == None)
        {
            Assert.Null(view.Exception);
            Assert.NotEqual("", view.Text);
            return;
        }

        Assert.NotNull(view.Exception);
        if (view.Text.Length > 0)
        {
            var interrupted = Assert.IsType<StreamInterruptedException>(view.Exception);
            Assert.Equal((view.Text, kind), (interrupted.PartialText, interrupted.Kind.ToString()));
        }
    }

    // What one request brought about takes the endpoint away from nobody; the wait is what it is left alone for.
    private static void AssertTrace(string kind, double? expected, EndpointSnapshot snapshot, DateTimeOffset now)
    {
        if (Harmless.Contains(kind))
        {
            Assert.Equal((null, 0), (snapshot.CoolDownReason, snapshot.FailureRatio));
        }
        else if (kind is nameof(FailureKind.RateLimited) or nameof(FailureKind.Overloaded))
        {
            var wait = ((snapshot.CoolDownUntil ?? now) - now).TotalSeconds;
            Assert.InRange(wait, expected is null ? 0 : Math.Min(expected.Value, LongestWait) - Tolerance, expected is null ? LongestOwnWait : Math.Min(expected.Value, LongestWait) + Tolerance);
        }
    }

    private static EndpointSnapshot Snapshot(IChatClient client, string name)
        => client.GetService<LlmEndpoints>()!.GetSnapshots().Single(endpoint => endpoint.Name == name);

    private static ResilientChatClient Build(string name, string api, Uri address, TimeProvider time)
    {
        var builder = new LlmResilienceBuilder { TimeProvider = time };
        return (api == "anthropic"
            ? builder.AddAnthropicEndpoint(name, e => (e.BaseAddress, e.ApiKey, e.ModelId) = (address, "test-key", "m"), Configure)
            : builder.AddOpenAIEndpoint(name, e => (e.BaseAddress, e.ApiKey, e.ModelId) = (new Uri(address, "v1"), "test-key", "m"), Configure)).Build();
    }

    private static void Configure(EndpointOptions endpoint) => endpoint.Retry.MaxRetryAttempts = 0;
}
