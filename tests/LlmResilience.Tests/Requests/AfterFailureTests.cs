using LlmResilience.Requests;

namespace LlmResilience.Tests.Requests;

/// <summary>Where a request goes on after a failure, as a table: each kind by its default rule, and both sides of each bound.</summary>
public class AfterFailureTests
{
    private static readonly FailureRules Rules = new();

    public static TheoryData<FailureKind, string> Defaults => new()
    {
        { FailureKind.Unknown, nameof(NextStep.NextEndpoint) },
        { FailureKind.FirstTokenTimeout, nameof(NextStep.NextEndpoint) },
        { FailureKind.ResponseTimeout, nameof(NextStep.NextEndpoint) },
        { FailureKind.ConnectionFailed, nameof(NextStep.RetryHere) },
        { FailureKind.ServerError, nameof(NextStep.RetryHere) },
        { FailureKind.Overloaded, nameof(NextStep.RetryHere) },
        { FailureKind.RateLimited, nameof(NextStep.RetryHere) },
        { FailureKind.QuotaExhausted, nameof(NextStep.NextEndpoint) },
        { FailureKind.Unauthorized, nameof(NextStep.NextEndpoint) },
        { FailureKind.NotFound, nameof(NextStep.NextEndpoint) },
        { FailureKind.NotSupported, nameof(NextStep.NextEndpoint) },
        { FailureKind.ContextLengthExceeded, nameof(NextStep.NextEndpoint) },
        { FailureKind.ContentFiltered, nameof(NextStep.Rethrow) },
        { FailureKind.InvalidRequest, nameof(NextStep.Rethrow) },
        { FailureKind.InvalidResponse, nameof(NextStep.RetryHere) },
        { FailureKind.EmptyResponse, nameof(NextStep.RetryHere) },
        { FailureKind.StreamStalled, nameof(NextStep.Rethrow) },
        { FailureKind.StreamInterrupted, nameof(NextStep.Rethrow) },
        { FailureKind.Rejected, nameof(NextStep.NextEndpoint) },
        { FailureKind.Canceled, nameof(NextStep.Cancel) },
        { FailureKind.RequestTimeout, nameof(NextStep.GiveUp) },
    };

    [Theory]
    [MemberData(nameof(Defaults))]
    public void Each_kind_goes_on_as_its_rule_says(FailureKind kind, string expected)
        => Assert.Equal(expected, AfterFailure.Decide(new Case(kind).Step(), out _).ToString());

    [Fact]
    public void The_table_has_a_row_for_each_kind()
        => Assert.Equal(Enum.GetValues<FailureKind>().Order(), Defaults.Select(row => row.Data.Item1).Order());

    // What follows changes one thing of a failure that would be retried, and looks at both sides of the bound.
    public static TheoryData<string, string, double> Bounds => new()
    {
        { "the last retry", nameof(NextStep.RetryHere), 0.5 },
        { "no retry left", nameof(NextStep.NextEndpoint), 0 },
        { "the last but one attempt", nameof(NextStep.RetryHere), 0.5 },
        { "no attempt left", nameof(NextStep.GiveUp), 0 },
        { "an attempt is left for each of the others", nameof(NextStep.RetryHere), 0.5 },
        { "a retry would take the last of the others its attempt", nameof(NextStep.NextEndpoint), 0 },
        { "out for another reason", nameof(NextStep.NextEndpoint), 0 },
        { "cools down as long as a delay may be", nameof(NextStep.RetryHere), 5 },
        { "cools down for longer", nameof(NextStep.NextEndpoint), 0 },
        { "asks for as long as a delay may be", nameof(NextStep.RetryHere), 5 },
        { "asks for longer", nameof(NextStep.NextEndpoint), 0 },
        { "the delay leaves time for one more attempt", nameof(NextStep.RetryHere), 0.5 },
        { "the delay leaves no time for one more attempt", nameof(NextStep.NextEndpoint), 0 },
        { "the others just get theirs", nameof(NextStep.RetryHere), 0.5 },
        { "the others would not get theirs", nameof(NextStep.NextEndpoint), 0 },
        { "time for one more attempt", nameof(NextStep.NextEndpoint), 0 },
        { "no time for one more attempt", nameof(NextStep.GiveUp), 0 },
    };

    [Theory]
    [MemberData(nameof(Bounds))]
    public void Both_sides_of_each_bound(string what, string expected, double seconds)
    {
        var step = AfterFailure.Decide(BoundaryCase(what).Step(), out var delay);

        Assert.Equal(expected, step.ToString());
        if (step == NextStep.RetryHere)
        {
            Assert.Equal(TimeSpan.FromSeconds(seconds), delay);
        }
    }

    [Fact]
    public void A_failure_that_may_be_retried_but_not_moved_on_is_rethrown_when_its_retries_are_spent()
    {
        var rule = new FailureRule { Retry = true };

        Assert.Equal(NextStep.RetryHere, AfterFailure.Decide(new Case(FailureKind.ServerError) { Rule = rule }.Step(), out _));
        Assert.Equal(NextStep.Rethrow, AfterFailure.Decide(new Case(FailureKind.ServerError) { Rule = rule, Retries = 1 }.Step(), out _));
    }

    [Fact]
    public void A_request_that_names_state_is_asked_again_here_and_never_elsewhere()
    {
        Assert.Equal(NextStep.RetryHere, AfterFailure.Decide(new Case { IsPinned = true }.Step(), out _));
        Assert.Equal(NextStep.Rethrow, AfterFailure.Decide(new Case { IsPinned = true, Retries = 1 }.Step(), out _));
        Assert.Equal(NextStep.Rethrow, AfterFailure.Decide(new Case(FailureKind.Unauthorized) { IsPinned = true }.Step(), out _));
    }

    [Fact]
    public void A_request_that_may_have_acted_is_neither_asked_again_nor_moved_on()
    {
        Assert.Equal(NextStep.GiveUp, AfterFailure.Decide(new Case { MayHaveActed = true }.Step(), out _));
        Assert.Equal(NextStep.GiveUp, AfterFailure.Decide(new Case(FailureKind.FirstTokenTimeout) { MayHaveActed = true }.Step(), out _));
        Assert.Equal(NextStep.Rethrow, AfterFailure.Decide(new Case { MayHaveActed = true, IsPinned = true }.Step(), out _));
        Assert.Equal(NextStep.Rethrow, AfterFailure.Decide(new Case(FailureKind.InvalidRequest) { MayHaveActed = true }.Step(), out _));
    }

    private static Case BoundaryCase(string what) => what switch
    {
        "the last retry" => new Case { Retries = 0 },
        "no retry left" => new Case { Retries = 1 },
        "the last but one attempt" => new Case { Attempts = 5 },
        "no attempt left" => new Case { Attempts = 6 },
        "an attempt is left for each of the others" => new Case { Attempts = 2, OthersLeft = 3 },
        "a retry would take the last of the others its attempt" => new Case { Attempts = 2, OthersLeft = 4 },
        "out for another reason" => new Case { CoolDown = null },
        "cools down as long as a delay may be" => new Case { CoolDown = 5 },
        "cools down for longer" => new Case { CoolDown = 5.001 },
        "asks for as long as a delay may be" => new Case { RetryAfter = 5 },
        "asks for longer" => new Case { RetryAfter = 5.001 },
        "the delay leaves time for one more attempt" => new Case { TimeLeft = 0.55 },
        "the delay leaves no time for one more attempt" => new Case { TimeLeft = 0.549 },
        "the others just get theirs" => new Case { TimeLeft = 30.55, NeededByOthers = 30 },
        "the others would not get theirs" => new Case { TimeLeft = 30.549, NeededByOthers = 30 },
        "time for one more attempt" => new Case { TimeLeft = 0.05 },
        "no time for one more attempt" => new Case { TimeLeft = 0.049 },
        _ => throw new ArgumentOutOfRangeException(nameof(what), what, "There is no such case."),
    };

    /// <summary>A step in seconds: a server error that would be retried after half a second.</summary>
    private sealed class Case(FailureKind kind = FailureKind.ServerError)
    {
        public FailureRule Rule { get; init; } = Rules[kind];

        public int Retries { get; init; }

        public int Attempts { get; init; } = 1;

        public int OthersLeft { get; init; }

        public double? CoolDown { get; init; } = 0;

        public double? RetryAfter { get; init; }

        public double? TimeLeft { get; init; }

        public double NeededByOthers { get; init; }

        public bool IsPinned { get; init; }

        public bool MayHaveActed { get; init; }

        public FailedStep Step() => new()
        {
            Failure = new Failure(kind) { RetryAfter = RetryAfter is { } wait ? TimeSpan.FromSeconds(wait) : null },
            Rule = Rule,
            IsPinned = IsPinned,
            MayHaveActed = MayHaveActed,
            Retries = Retries,
            MaxRetryAttempts = 1,
            Attempts = Attempts,
            MaxAttempts = 6,
            OthersLeft = OthersLeft,
            CoolDown = CoolDown is { } rest ? TimeSpan.FromSeconds(rest).Ticks : null,
            TimeLeft = TimeLeft is { } left ? TimeSpan.FromSeconds(left).Ticks : long.MaxValue,
            NeededByOthers = TimeSpan.FromSeconds(NeededByOthers).Ticks,
            Backoff = TimeSpan.FromSeconds(0.5),
            MaxDelay = TimeSpan.FromSeconds(5),
        };
    }
}
