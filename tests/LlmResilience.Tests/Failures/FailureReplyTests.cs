using System.Text;
using System.Text.Json.Nodes;

namespace LlmResilience.Tests.Failures;

/// <summary>How providers say no, one test a reply, without a server: its kind, and the wait that it gave.</summary>
public sealed class FailureReplyTests
{
    private const string None = nameof(None);
    private const double LongestWait = 300;

    // The verdicts are rounded to tenths.
    private const double Tolerance = 0.06;

    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    // An answer is nothing to classify; streams are another test's, through the real SDKs.
    public static TheoryData<string> Replies { get; } =
        [.. FailureReplies.All.Where(reply => reply.Value["stream"] is null && (string)reply.Value["expect"]!["kind"]! != None).Select(reply => reply.Key)];

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Replies))]
    public void Reply_is_understood(string id)
    {
        var reply = FailureReplies.All[id];
        var expected = reply["expect"]!;
        string[] kinds = [(string)expected["kind"]!, .. expected["or"]?.AsArray().Select(kind => (string)kind!) ?? []];

        var failure = Failure.FromHttpResponse((int)reply["status"]!, HeadersOf(reply), Encoding.UTF8.GetBytes(FailureReplies.Fill((string?)reply["body"] ?? "", Now)), Now);

        Assert.True(kinds.Contains(failure.Kind.ToString()), $"{failure.Kind} instead of {string.Join(" or ", kinds)}, since {(string?)reply["why"]}");
        if (failure.Kind is FailureKind.RateLimited or FailureKind.Overloaded)
        {
            AssertWait((double?)expected["retryAfter"], failure.RetryAfter?.TotalSeconds);
        }
    }

    private static IEnumerable<KeyValuePair<string, string>> HeadersOf(JsonObject reply)
        => reply["headers"]?.AsObject().Select(header => KeyValuePair.Create(header.Key, FailureReplies.Fill((string)header.Value!, Now))) ?? [];

    private static void AssertWait(double? expected, double? wait)
    {
        Assert.Equal(expected is null, wait is null);
        Assert.Equal(Math.Min(expected ?? 0, LongestWait), Math.Min(wait ?? 0, LongestWait), Tolerance);
    }
}
