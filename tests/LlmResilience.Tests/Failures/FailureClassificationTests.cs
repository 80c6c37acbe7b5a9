using System.Net;
using LlmResilience.Failures;

namespace LlmResilience.Tests.Failures;

/// <summary>Who is asked what an exception means, in which order, and what for.</summary>
public sealed class FailureClassificationTests
{
    private static readonly FailureClassifierContext Context = new("a", TimeProvider.System);

    [Fact]
    public void A_classifier_is_told_the_endpoint_and_the_clock()
    {
        var classifier = new Recording(verdict: null);
        var exception = new IOException();

        FailureClassification.Classify(exception, [classifier], Context);

        Assert.Equal([(exception, "a", TimeProvider.System)], classifier.Asked);
    }

    [Fact]
    public void The_first_that_knows_counts_and_the_core_is_the_last()
    {
        var (first, second) = (new Recording(verdict: null), new Recording(new Failure(FailureKind.Overloaded)));

        Assert.Equal(FailureKind.Overloaded, FailureClassification.Classify(new IOException(), [first, second, new Recording(new Failure(FailureKind.NotFound))], Context).Kind);
        Assert.Equal(FailureKind.ConnectionFailed, FailureClassification.Classify(new IOException(), [first], Context).Kind);
        Assert.Equal((2, 1), (first.Asked.Count, second.Asked.Count));
    }

    [Fact]
    public void Of_an_exception_that_nobody_knows_the_one_inside_it_is_asked_about()
    {
        var inner = new IOException();
        var outer = new InvalidOperationException("sdk", inner);
        var classifier = new Recording(verdict: null);

        Assert.Equal(FailureKind.ConnectionFailed, FailureClassification.Classify(outer, [classifier], Context).Kind);
        Assert.Equal([outer, inner], classifier.Asked.Select(asked => asked.Exception));
        Assert.Equal(FailureKind.Unknown, FailureClassification.Classify(new InvalidOperationException(), [], Context).Kind);
    }

    [Theory]
    [InlineData(HttpRequestError.InvalidResponse, null, FailureKind.InvalidResponse)]
    [InlineData(HttpRequestError.ConnectionError, null, FailureKind.ConnectionFailed)]
    [InlineData(HttpRequestError.Unknown, HttpStatusCode.ServiceUnavailable, FailureKind.Overloaded)]
    public void A_request_that_failed_says_it_by_its_status_or_by_its_error(HttpRequestError error, HttpStatusCode? status, FailureKind kind)
        => Assert.Equal(kind, FailureClassification.Classify(new HttpRequestException(error, statusCode: status), [], Context).Kind);

    private sealed class Recording(Failure? verdict) : FailureClassifier
    {
        public List<(Exception Exception, string Endpoint, TimeProvider Clock)> Asked { get; } = [];

        public override Failure? Classify(Exception exception, FailureClassifierContext context)
        {
            Asked.Add((exception, context.EndpointName, context.TimeProvider));
            return verdict;
        }
    }
}
