using Polly;

namespace LlmResilience.Tests;

/// <summary>The exceptions as an app makes them itself, to test its <c>catch</c>.</summary>
public sealed class PublicExceptionTests
{
    private const string Secret = "what the app has shown";

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(7);

    private static readonly FailedAttempt First = new("a", FailureKind.ServerError, TimeSpan.FromMilliseconds(1.9), new IOException(Secret));

    private static readonly FailedAttempt Second = new("b", FailureKind.ConnectionFailed, TimeSpan.FromSeconds(2), new IOException(Secret));

    private static readonly EndpointUnavailableException Unavailable = new("c", EndpointState.Drained, "drained by the operator");

    // One for each exception that an app catches, made with a text that broke off where it can have one.
    private static readonly Dictionary<string, LlmResilienceException> OfRequests = new()
    {
        [nameof(AllEndpointsFailedException)] = new AllEndpointsFailedException([First, Second]),
        [nameof(NoRouteException)] = new NoRouteException(["gpt", "rest"], "gpt"),
        [nameof(PinnedEndpointUnavailableException)] = new PinnedEndpointUnavailableException("a", Limit, Unavailable),
        [nameof(RequestTimeoutException)] = new RequestTimeoutException(Limit, [First, Second], Secret),
        [nameof(StreamInterruptedException)] = new StreamInterruptedException("It broke.", "b", FailureKind.StreamInterrupted, Secret, [First, Second]),
        [nameof(StreamStalledException)] = new StreamStalledException("It fell silent.", "b", Limit, Secret, [First, Second]),
    };

    private static readonly Dictionary<string, (string Parameter, Func<object> Make)> WithNull = new()
    {
        ["all failed, attempts"] = ("attempts", () => new AllEndpointsFailedException(null!)),
        ["request timeout, attempts"] = ("attempts", () => new RequestTimeoutException(Limit, null!)),
        ["request timeout, text"] = ("partialText", () => new RequestTimeoutException(Limit, [], null!)),
        ["interrupted, name"] = ("endpointName", () => new StreamInterruptedException("It broke.", null!, FailureKind.StreamInterrupted, "")),
        ["interrupted, text"] = ("partialText", () => new StreamInterruptedException("It broke.", "a", FailureKind.StreamInterrupted, null!)),
        ["stalled, name"] = ("endpointName", () => new StreamStalledException("It fell silent.", null!, Limit, "")),
        ["stalled, text"] = ("partialText", () => new StreamStalledException("It fell silent.", "a", Limit, null!)),
        ["unavailable, name"] = ("endpointName", () => new EndpointUnavailableException(null!, EndpointState.Ejected, "ejected")),
        ["unavailable, reason"] = ("reason", () => new EndpointUnavailableException("a", EndpointState.Ejected, null!)),
        ["no route, names"] = ("routeNames", () => new NoRouteException(null!)),
        ["pinned, name"] = ("endpointName", () => new PinnedEndpointUnavailableException(null!)),
        ["attempt, name"] = ("endpointName", () => new FailedAttempt(null!, FailureKind.Unknown, Limit, new IOException())),
        ["attempt, exception"] = ("exception", () => new FailedAttempt("a", FailureKind.Unknown, Limit, null!)),
        ["skipped, name"] = ("endpointName", () => new SkippedEndpoint(null!)),
    };

    public static TheoryData<string> RequestRows => [.. OfRequests.Keys];

    public static TheoryData<string> NullRows => [.. WithNull.Keys];

    [Theory]
    [MemberData(nameof(NullRows))]
    public void Null_is_refused_by_its_name(string row)
    {
        var (parameter, make) = WithNull[row];

        Assert.Throws<ArgumentNullException>(parameter, make);
    }

    [Fact]
    public void Every_exception_of_a_request_is_looked_at()
        => Assert.Equal(
            typeof(LlmResilienceException).Assembly.GetExportedTypes().Where(type => type.IsAssignableTo(typeof(LlmResilienceException)) && !type.IsAbstract).Select(type => type.Name).Order(StringComparer.Ordinal),
            OfRequests.Keys.Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(RequestRows))]
    public void An_exception_of_a_request_has_its_attempts_and_a_message_without_any_text(string row)
    {
        var exception = OfRequests[row];

        // Who asked nobody has no attempts, and who got no first token no text.
        Assert.Equal(exception is PinnedEndpointUnavailableException or NoRouteException ? [] : [First, Second], exception.Attempts);
        Assert.Equal(exception is AllEndpointsFailedException or PinnedEndpointUnavailableException or NoRouteException ? "" : Secret, exception.PartialText);
        Assert.DoesNotContain(Secret, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void All_failed_tells_each_endpoint_in_few_words()
    {
        var exception = new AllEndpointsFailedException([First, Second], [new SkippedEndpoint("c", Unavailable), new SkippedEndpoint("d")], TimeSpan.FromSeconds(1.2));

        Assert.Equal(
            "No endpoint answered: 'a' ServerError after 1 ms; 'b' ConnectionFailed after 2000 ms; 'c' drained by the operator; 'd' not reached. Try again in 2 s.",
            exception.Message);
        Assert.Same(Second.Exception, exception.InnerException);
        Assert.Equal(TimeSpan.FromSeconds(1.2), exception.RetryAfter);
        Assert.Equal([("c", Unavailable), ("d", null)], exception.SkippedEndpoints.Select(skipped => (skipped.EndpointName, skipped.Unavailable)));
    }

    [Fact]
    public void All_failed_without_an_attempt_has_the_last_endpoint_that_was_unavailable_inside()
    {
        var exception = new AllEndpointsFailedException([], [new SkippedEndpoint("c", Unavailable), new SkippedEndpoint("d")]);

        Assert.Same(Unavailable, exception.InnerException);
        Assert.Null(exception.RetryAfter);
        Assert.Null(new AllEndpointsFailedException([]).InnerException);
        Assert.Empty(new AllEndpointsFailedException([]).SkippedEndpoints);
    }

    [Fact]
    public void The_requests_timeout_says_whether_an_answer_had_begun()
    {
        Assert.Equal(Limit, new RequestTimeoutException(Limit, []).Timeout);
        Assert.Equal("The request was not answered within its time of 00:00:07.", new RequestTimeoutException(Limit, []).Message);
        Assert.Equal("The request's answer was not complete within its time of 00:00:07.", new RequestTimeoutException(Limit, [], Secret).Message);
    }

    [Fact]
    public void A_broken_stream_says_whose_it_was_and_what_broke_it()
    {
        var inner = new IOException();
        var interrupted = new StreamInterruptedException("It broke.", "a", FailureKind.StreamInterrupted, "", innerException: inner);
        var stalled = new StreamStalledException("It fell silent.", "a", Limit, "");

        Assert.Equal(("It broke.", "a", FailureKind.StreamInterrupted), (interrupted.Message, interrupted.EndpointName, interrupted.Kind));
        Assert.Same(inner, interrupted.InnerException);
        Assert.Empty(interrupted.Attempts);
        Assert.Equal(("It fell silent.", "a", FailureKind.StreamStalled, Limit), (stalled.Message, stalled.EndpointName, stalled.Kind, stalled.Timeout));
        Assert.IsAssignableFrom<StreamInterruptedException>(stalled);
    }

    [Fact]
    public void Timeouts_of_an_attempt_are_timeouts()
    {
        var firstToken = new FirstTokenTimeoutException("too late", Limit);
        var response = new ResponseTimeoutException("too late", Limit);

        Assert.Equal(("too late", Limit), (firstToken.Message, firstToken.Timeout));
        Assert.Equal(("too late", Limit), (response.Message, response.Timeout));
        Assert.All<Exception>([firstToken, response], exception => Assert.IsAssignableFrom<TimeoutException>(exception));
    }

    [Fact]
    public void An_unavailable_endpoint_is_a_rejection_with_its_reason()
    {
        var exception = new EndpointUnavailableException("a", EndpointState.CoolingDown, "cooling down", Limit) { CoolDownReason = FailureKind.RateLimited };

        Assert.IsAssignableFrom<ExecutionRejectedException>(exception);
        Assert.Equal("Endpoint 'a' was not asked: cooling down.", exception.Message);
        Assert.Equal(
            ("a", EndpointState.CoolingDown, "cooling down", Limit, FailureKind.RateLimited),
            (exception.EndpointName, exception.State, exception.Reason, exception.RetryAfter, exception.CoolDownReason));
        Assert.Equal((null, null), (Unavailable.RetryAfter, Unavailable.CoolDownReason));
    }

    [Fact]
    public void An_unusable_response_says_what_is_wrong_with_it()
    {
        var exception = new UnusableResponseException("It is empty.", FailureKind.EmptyResponse, "code");

        Assert.Equal(("It is empty.", FailureKind.EmptyResponse, "code"), (exception.Message, exception.Kind, exception.ErrorCode));
        Assert.Null(new UnusableResponseException("It is empty.", FailureKind.EmptyResponse).ErrorCode);
    }
}
