using LlmResilience.Health;
using LlmResilience.Tests.Failures;

namespace LlmResilience.Tests.Health;

/// <summary>Runs of failures by where they come from: what adds to each, what ends it, and what does neither.</summary>
public sealed class FailureRunTests
{
    private static readonly Dictionary<char, Failure> Failures = new Dictionary<char, Failure>
    {
        ['g'] = new(FailureKind.Overloaded) { StatusCode = 503 },
        ['G'] = new(FailureKind.ServerError) { StatusCode = 502 },
        ['e'] = new(FailureKind.ServerError) { StatusCode = 500 },
        ['o'] = new(FailureKind.Overloaded) { StatusCode = 529 },
        ['c'] = new(FailureKind.ConnectionFailed),
        ['t'] = new(FailureKind.FirstTokenTimeout),
        ['r'] = new(FailureKind.ResponseTimeout),
        ['b'] = new(FailureKind.StreamInterrupted),
        ['u'] = new(FailureKind.Unknown),
    };

    // These leave no trace, but for the connection that works.
    private static readonly Dictionary<char, Failure> Ignored = new Dictionary<char, Failure>
    {
        ['4'] = new(FailureKind.InvalidRequest) { StatusCode = 400 },
        ['a'] = new(FailureKind.InvalidRequest),
        ['l'] = new(FailureKind.RateLimited),
        ['k'] = new(FailureKind.Unauthorized) { StatusCode = 401 },
    };

    private long _now;

    [Theory]
    [InlineData("ggg", true)]
    [InlineData("gGg", true)]
    [InlineData("gg", false)]
    [InlineData("ggsgg", false)]
    [InlineData("ggegg", false)]
    [InlineData("ggogg", false)]
    [InlineData("ggcgg", false)]
    [InlineData("ggbgg", false)]
    [InlineData("ggugg", false)]
    [InlineData("ggtg", true)]
    [InlineData("ggrg", true)]
    [InlineData("gg4lg", true)]
    [InlineData("ttt", false)]
    public void Gateway_errors_in_a_row_eject(string results, bool ejects)
        => Assert.Equal(ejects ? EjectionReason.ConsecutiveGatewayFailures : null, Play(results, options => options.ConsecutiveGatewayFailureThreshold = 3));

    [Theory]
    [InlineData("ccc", true)]
    [InlineData("cc", false)]
    [InlineData("ccscc", false)]
    [InlineData("cc4cc", false)]
    [InlineData("cclcc", false)]
    [InlineData("cckcc", false)]
    [InlineData("ccgcc", false)]
    [InlineData("ccecc", false)]
    [InlineData("ccbcc", false)]
    [InlineData("cctc", true)]
    [InlineData("ccrc", true)]
    [InlineData("ccac", true)]
    public void Failed_connections_in_a_row_eject_and_any_answer_ends_the_row(string results, bool ejects)
    {
        Assert.Equal(ejects ? EjectionReason.ConsecutiveConnectionFailures : null, Play(results, options => options.ConsecutiveConnectionFailureThreshold = 3));
        Assert.Equal(ejects ? EjectionReason.ConsecutiveConnectionFailures : null, Play(results, options =>
        {
            options.ConsecutiveConnectionFailureThreshold = 3;
            options.SplitConnectionFailures = true;
        }));
    }

    [Fact]
    public void Failed_connections_feed_the_other_triggers_unless_they_are_split_off()
    {
        Assert.Equal(EjectionReason.ConsecutiveFailures, Play("cec", options => options.ConsecutiveFailureThreshold = 3));
        Assert.Equal(EjectionReason.FailureRatio, Play("scsc", Ratio(split: false)));

        Assert.Null(Play("ceccccec", Split(options => options.ConsecutiveFailureThreshold = 3)));
        Assert.Null(Play("scsc", Ratio(split: true)));
        Assert.Null(Play("ggcc", Split(options => options.ConsecutiveGatewayFailureThreshold = 3)));
        Assert.Equal(EjectionReason.ConsecutiveGatewayFailures, Play("ggcccg", Split(options => options.ConsecutiveGatewayFailureThreshold = 3)));
    }

    [Fact]
    public void Split_off_they_are_no_samples_and_no_part_of_the_run()
    {
        var health = Create(Split(options => options.ConsecutiveFailureThreshold = 3));

        Feed(health, "ecc");

        var seen = health.GetSnapshot(_now);
        Assert.Equal((1, 1, 1, FailureKind.ConnectionFailed), (seen.SampleCount, seen.FailureCount, seen.ConsecutiveFailures, seen.LastFailure));
    }

    [Theory]
    [InlineData("ggg", EjectionReason.ConsecutiveGatewayFailures)]
    [InlineData("ccc", EjectionReason.ConsecutiveConnectionFailures)]
    [InlineData("gcg", EjectionReason.ConsecutiveFailures)]
    public void The_narrowest_reason_is_told(string results, EjectionReason expected)
        => Assert.Equal(expected, Play(results, options =>
        {
            options.ConsecutiveFailureThreshold = 3;
            options.ConsecutiveGatewayFailureThreshold = 3;
            options.ConsecutiveConnectionFailureThreshold = 3;
        }));

    [Fact]
    public void Off_unless_set()
        => Assert.Null(Play("gggggggggccccccccc", _ => { }));

    [Fact]
    public void A_late_success_of_an_older_generation_ends_no_run()
    {
        var health = Create(options => options.ConsecutiveGatewayFailureThreshold = 3);
        health.TryAdmit(AdmissionRequest.Normal, 0, 0, out var old);
        health.Eject(0);
        health.Restore(0);
        Feed(health, "gg");

        health.Succeeded(ref old, _now);
        Feed(health, "g");

        Assert.Equal(EjectionReason.ConsecutiveGatewayFailures, health.GetSnapshot(_now).EjectionReason);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_status_reaches_the_run_from_a_request(bool streaming)
    {
        var failures = new[] { 502, 503, 504 }.Select(status => Script.Throw(new HttpRequestException(null, null, (System.Net.HttpStatusCode)status)));
        using var chain = new TestChain()
            .Endpoint("a", new FakeChatClient([.. failures]), endpoint =>
            {
                endpoint.Ejection.ConsecutiveFailureThreshold = 0;
                endpoint.Ejection.ConsecutiveGatewayFailureThreshold = 3;
            })
            .Endpoint("b", Script.Answer("well"));

        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(EndpointState.Healthy, chain["a"].State);
            await chain.Client.AskAsync(streaming);
        }

        Assert.Equal(EjectionReason.ConsecutiveGatewayFailures, chain["a"].EjectionReason);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_answer_that_says_no_shows_the_connection_to_a_request(bool streaming)
    {
        var dead = Script.Throw(new Refusal(FailureKind.ConnectionFailed));
        var limited = Script.Throw(new Refusal(FailureKind.RateLimited, 1));
        using var chain = new TestChain()
            .Endpoint("a", new FakeChatClient(dead, limited, dead, dead), endpoint =>
            {
                endpoint.PrependFailureClassifier(new RefusalClassifier());
                endpoint.Ejection.SplitConnectionFailures = true;
                endpoint.Ejection.ConsecutiveConnectionFailureThreshold = 2;
            })
            .Endpoint("b", Script.Answer("well"));

        for (var i = 0; i < 3; i++)
        {
            await chain.Client.AskAsync(streaming);
            chain.Clock.Advance(TimeSpan.FromSeconds(2));
        }

        Assert.Equal(EndpointState.Healthy, chain["a"].State);
        await chain.Client.AskAsync(streaming);
        Assert.Equal(EjectionReason.ConsecutiveConnectionFailures, chain["a"].EjectionReason);
    }

    private static Action<EjectionOptions> Split(Action<EjectionOptions> configure) => options =>
    {
        options.SplitConnectionFailures = true;
        configure(options);
    };

    private static Action<EjectionOptions> Ratio(bool split) => options =>
    {
        options.SplitConnectionFailures = split;
        options.FailureRatio = 0.5;
        options.MinimumThroughput = 4;
    };

    private static EndpointHealth Create(Action<EjectionOptions> configure)
    {
        var options = new EjectionOptions { FailureRatio = 0, ConsecutiveFailureThreshold = 0, JitterRatio = 0 };
        configure(options);
        var pool = new EjectionPool();
        var health = new EndpointHealth(EjectionSettings.From(options), pool);
        pool.SetMembers([health]);
        return health;
    }

    private EjectionReason? Play(string results, Action<EjectionOptions> configure)
    {
        var health = Create(configure);
        Feed(health, results);
        return health.GetSnapshot(_now).EjectionReason;
    }

    private void Feed(EndpointHealth health, string results)
    {
        foreach (var result in results)
        {
            _now += TimeSpan.TicksPerMillisecond;
            Assert.Equal(AdmissionResult.Admitted, health.TryAdmit(AdmissionRequest.Normal, _now, 0, out var admission));
            if (Failures.TryGetValue(result, out var failure))
            {
                health.Failed(admission, _now, failure);
            }
            else if (Ignored.TryGetValue(result, out var ignored))
            {
                health.Ignored(admission, ignored, _now);
            }
            else
            {
                health.Succeeded(ref admission, _now);
            }
        }
    }
}
