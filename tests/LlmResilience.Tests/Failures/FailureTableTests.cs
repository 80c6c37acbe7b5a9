using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Polly.CircuitBreaker;
using Polly.Timeout;

namespace LlmResilience.Tests.Failures;

/// <summary>Every kind of failure, row by row and in both modes: whether the same endpoint is tried again, the next one is, and what it does to the endpoint.</summary>
public sealed class FailureTableTests
{
    private static readonly Dictionary<string, (Func<Exception> Make, FailureKind Kind)> Rows = new()
    {
        ["refused"] = (() => new HttpRequestException(HttpRequestError.ConnectionError, inner: new SocketException((int)SocketError.ConnectionRefused)), FailureKind.ConnectionFailed),
        ["dns"] = (() => new HttpRequestException(HttpRequestError.NameResolutionError), FailureKind.ConnectionFailed),
        ["tls"] = (() => new HttpRequestException(HttpRequestError.SecureConnectionError), FailureKind.ConnectionFailed),
        ["reset"] = (() => new IOException("reset", new SocketException((int)SocketError.ConnectionReset)), FailureKind.ConnectionFailed),
        ["socket"] = (() => new SocketException((int)SocketError.HostUnreachable), FailureKind.ConnectionFailed),
        ["500"] = (() => Status(500), FailureKind.ServerError),
        ["502"] = (() => Status(502), FailureKind.ServerError),
        ["504"] = (() => Status(504), FailureKind.ServerError),
        ["408"] = (() => Status(408), FailureKind.ServerError),
        ["409"] = (() => Status(409), FailureKind.ServerError),
        ["503"] = (() => Status(503), FailureKind.Overloaded),
        ["529"] = (() => Status(529), FailureKind.Overloaded),
        ["429"] = (() => Status(429), FailureKind.RateLimited),
        ["402"] = (() => Status(402), FailureKind.QuotaExhausted),
        ["401"] = (() => Status(401), FailureKind.Unauthorized),
        ["403"] = (() => Status(403), FailureKind.Unauthorized),
        ["404"] = (() => Status(404), FailureKind.NotFound),
        ["400"] = (() => Status(400), FailureKind.InvalidRequest),
        ["413"] = (() => Status(413), FailureKind.ContextLengthExceeded),
        ["415"] = (() => Status(415), FailureKind.NotSupported),
        ["501"] = (() => Status(501), FailureKind.NotSupported),
        ["405"] = (() => Status(405), FailureKind.NotFound),
        ["410"] = (() => Status(410), FailureKind.NotFound),
        ["424"] = (() => Status(424), FailureKind.ServerError),
        ["425"] = (() => Status(425), FailureKind.ServerError),
        ["451"] = (() => Status(451), FailureKind.ContentFiltered),
        ["498"] = (() => Status(498), FailureKind.Overloaded),
        ["520"] = (() => Status(520), FailureKind.ServerError),
        ["422"] = (() => Status(422), FailureKind.InvalidRequest),
        ["argument"] = (() => new ArgumentOutOfRangeException("temperature"), FailureKind.InvalidRequest),
        ["not supported"] = (() => new NotSupportedException(), FailureKind.NotSupported),
        ["json"] = (() => new JsonException(), FailureKind.InvalidResponse),
        ["protocol"] = (() => new HttpIOException(HttpRequestError.InvalidResponse), FailureKind.InvalidResponse),
        ["ours, nested"] = (() => new EndpointUnavailableException("x", EndpointState.Drained, "drained by the operator"), FailureKind.Rejected),
        ["polly's breaker"] = (() => new BrokenCircuitException(), FailureKind.Rejected),
        ["unknown"] = (() => new InvalidOperationException("?"), FailureKind.Unknown),
        ["aggregate of 503"] = (() => new AggregateException("Retry failed after 4 tries.", Status(500), Status(503)), FailureKind.Overloaded),
        ["wrapped refusal"] = (() => new InvalidOperationException("sdk", new HttpRequestException(HttpRequestError.ConnectionError)), FailureKind.ConnectionFailed),
    };

    // What the design promises for each kind: retried, moved on, counted, cooled down.
    private static readonly Dictionary<FailureKind, (bool Retry, bool Next, bool Failure, TimeSpan? CoolDown)> Design = new()
    {
        [FailureKind.FirstTokenTimeout] = (false, true, true, null),
        [FailureKind.ResponseTimeout] = (false, true, true, null),
        [FailureKind.ConnectionFailed] = (true, true, true, null),
        [FailureKind.ServerError] = (true, true, true, null),
        [FailureKind.Overloaded] = (true, true, true, null),
        [FailureKind.RateLimited] = (true, true, false, TimeSpan.FromSeconds(1)),
        [FailureKind.QuotaExhausted] = (false, true, false, TimeSpan.FromSeconds(300)),
        [FailureKind.Unauthorized] = (false, true, false, TimeSpan.FromMinutes(1)),
        [FailureKind.NotFound] = (false, true, false, TimeSpan.FromMinutes(1)),
        [FailureKind.ContextLengthExceeded] = (false, true, false, null),
        [FailureKind.NotSupported] = (false, true, false, null),
        [FailureKind.ContentFiltered] = (false, false, false, null),
        [FailureKind.InvalidRequest] = (false, false, false, null),
        [FailureKind.InvalidResponse] = (true, true, true, null),
        [FailureKind.EmptyResponse] = (true, true, true, null),
        [FailureKind.Rejected] = (false, true, false, null),
        [FailureKind.Unknown] = (false, true, true, null),
    };

    public static TheoryData<string, bool> RowsInBothModes
    {
        get
        {
            var data = new TheoryData<string, bool>();
            foreach (var row in Rows.Keys)
            {
                data.Add(row, true);
                data.Add(row, false);
            }

            return data;
        }
    }

    public static TheoryData<FailureKind, bool> KindsInBothModes
    {
        get
        {
            var data = new TheoryData<FailureKind, bool>();
            foreach (var kind in Design.Keys)
            {
                data.Add(kind, true);
                data.Add(kind, false);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(RowsInBothModes))]
    public async Task Exceptions_are_classified(string row, bool streaming)
    {
        var (make, kind) = Rows[row];
        using var chain = new TestChain().Endpoint("a", Script.Throw(make()))
            .With(options => options.EndpointDefaults.Failures = AllFallBack());

        var failed = await Assert.ThrowsAsync<AllEndpointsFailedException>(() => chain.Client.AskAsync(streaming));

        Assert.Equal(kind, Assert.Single(failed.Attempts).Kind);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_timeout_of_the_clients_own_is_one_of_the_mode(bool streaming)
    {
        foreach (var exception in new Exception[] { new TaskCanceledException("HttpClient.Timeout", new TimeoutException()), new TimeoutException(), new TimeoutRejectedException() })
        {
            using var chain = new TestChain().Endpoint("a", Script.Throw(exception));

            var failed = await Assert.ThrowsAsync<AllEndpointsFailedException>(() => chain.Client.AskAsync(streaming));

            Assert.Equal(streaming ? FailureKind.FirstTokenTimeout : FailureKind.ResponseTimeout, Assert.Single(failed.Attempts).Kind);
            Assert.Equal(1, chain["a"].FailureRatio);
        }
    }

    [Theory]
    [MemberData(nameof(KindsInBothModes))]
    public async Task A_kind_does_what_the_table_says(FailureKind kind, bool streaming)
    {
        var (retry, next, counts, coolDown) = Design[kind];
        var original = new InvalidOperationException("original");
        var first = new FakeChatClient(Script.Throw(original));
        var second = new FakeChatClient(Script.Answer("well"));
        using var chain = new TestChain()
            .Endpoint("a", first, endpoint =>
            {
                endpoint.ModelId = "m";
                endpoint.PrependFailureClassifier(new Always(kind));
                endpoint.Retry.MaxRetryAttempts = 1;
            })
            .Endpoint("b", second);

        var asking = chain.Client.AskAsync(streaming);
        if (retry)
        {
            // At most half a second of backoff, or the second of a cool-down.
            await chain.Clock.WaitForTimerWithinAsync(TimeSpan.FromSeconds(1));
            chain.Clock.Advance(TimeSpan.FromSeconds(1));
        }

        if (next)
        {
            Assert.Equal("well", (await asking).Text);
            Assert.Equal(1, second.Calls);
        }
        else
        {
            Assert.Same(original, await Assert.ThrowsAsync<InvalidOperationException>(() => asking));
            Assert.Equal(0, second.Calls);
        }

        var health = chain["a"];
        var calls = retry ? 2 : 1;
        Assert.Equal(calls, first.Calls);
        Assert.Equal(counts ? calls : 0, health.SampleCount);
        Assert.Equal(counts ? 1 : 0, health.FailureRatio);
        Assert.Equal(coolDown is not null, health.CoolDownUntil is not null);
        Assert.Equal(coolDown is null ? null : chain.Clock.GetUtcNow() + coolDown, health.CoolDownUntil);
        Assert.Equal(coolDown is null ? null : kind, health.CoolDownReason);
        Assert.Equal(0, health.ActiveAttempts);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_apps_cancel_ends_the_request_and_leaves_no_trace(bool streaming)
    {
        var second = new FakeChatClient(Script.Answer("never"));
        using var chain = new TestChain().Endpoint("a", Script.Hang()).Endpoint("b", second);
        using var app = new CancellationTokenSource();

        var asking = chain.Client.AskAsync(streaming, cancellationToken: app.Token);
        await app.CancelAsync();

        var cancelled = await Assert.ThrowsAsync<OperationCanceledException>(() => asking);
        Assert.Equal(app.Token, cancelled.CancellationToken);
        Assert.Equal(0, second.Calls);
        Assert.Equal(0, chain["a"].SampleCount);
        Assert.Equal(0, chain["a"].ActiveAttempts);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Every_row_can_be_changed(bool streaming)
    {
        using var chain = new TestChain()
            .Endpoint("a", Script.Throw(Status(400)))
            .Endpoint("b", Script.Answer("well"))
            .With(options =>
            {
                options.EndpointDefaults.Failures.InvalidRequest.Fallback = true;
                options.EndpointDefaults.Failures.InvalidRequest.CountsAgainstHealth = true;
                options.EndpointDefaults.Failures.InvalidRequest.CoolDown = TimeSpan.FromSeconds(7);
            });

        Assert.Equal("well", (await chain.Client.AskAsync(streaming)).Text);
        Assert.Equal(1, chain["a"].SampleCount);
        Assert.Equal(chain.Clock.GetUtcNow() + TimeSpan.FromSeconds(7), chain["a"].CoolDownUntil);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_apps_classifier_comes_before_a_providers(bool streaming)
    {
        using var chain = new TestChain()
            .With(options => options.EndpointDefaults.PrependFailureClassifier(new Always(FailureKind.RateLimited)))
            .Endpoint("a", new FakeChatClient(Script.Throw(Status(500))), endpoint => endpoint.AppendFailureClassifier(new Always(FailureKind.NotFound)));

        var failed = await Assert.ThrowsAsync<AllEndpointsFailedException>(() => chain.Client.AskAsync(streaming));

        Assert.Equal(FailureKind.RateLimited, failed.Attempts[0].Kind);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_classifier_that_throws_does_not_hide_the_failure(bool streaming)
    {
        using var chain = new TestChain().Endpoint("a", new FakeChatClient(Script.Throw(Status(503))), endpoint => endpoint.PrependFailureClassifier(new Throwing()));

        var failed = await Assert.ThrowsAsync<AllEndpointsFailedException>(() => chain.Client.AskAsync(streaming));

        Assert.Equal(FailureKind.Overloaded, Assert.Single(failed.Attempts).Kind);
    }

    private static HttpRequestException Status(int status) => new("no", inner: null, (HttpStatusCode)status);

    private static FailureRules AllFallBack()
    {
        var rules = new FailureRules();
        rules.InvalidRequest.Fallback = true;
        rules.ContentFiltered.Fallback = true;
        return rules;
    }

    private sealed class Throwing : FailureClassifier
    {
        public override Failure? Classify(Exception exception, FailureClassifierContext context) => throw new InvalidOperationException("broken");
    }

    private sealed class Always(FailureKind kind) : FailureClassifier
    {
        public override Failure? Classify(Exception exception, FailureClassifierContext context) => new Failure(kind);
    }
}
