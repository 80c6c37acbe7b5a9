namespace LlmResilience;

/// <summary>Turns an exception into a <see cref="Failure"/>. Classifiers form a chain; the first that answers wins.</summary>
/// <remarks>
/// The core knows what .NET itself throws. A provider package adds its SDK's exceptions, and an app puts its own in front with
/// <see cref="EndpointOptions.PrependFailureClassifier"/>. Implementations are shared by all threads.
/// </remarks>
public abstract class FailureClassifier
{
    /// <summary>Classifies <paramref name="exception"/>, or returns <see langword="null"/> to leave it to the next classifier.</summary>
    /// <param name="exception">What the endpoint's client threw; an <see cref="AggregateException"/> arrives unwrapped.</param>
    /// <param name="context">The endpoint and the clock.</param>
    /// <returns>The failure, or <see langword="null"/> if this classifier does not know the exception.</returns>
    public abstract Failure? Classify(Exception exception, FailureClassifierContext context);
}
