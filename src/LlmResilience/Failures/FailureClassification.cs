namespace LlmResilience.Failures;

/// <summary>Asks an endpoint's classifiers in their order, the core's last.</summary>
internal static class FailureClassification
{
    public static Failure Classify(Exception exception, IReadOnlyList<FailureClassifier> classifiers, FailureClassifierContext context)
    {
        exception = Unwrap(exception);
        for (var i = 0; i < classifiers.Count; i++)
        {
            if (Ask(classifiers[i], exception, context) is { } failure)
            {
                return IsVerdict(failure.Kind) ? failure : failure with { Kind = FailureKind.Unknown };
            }
        }

        return CoreFailureClassifier.Instance.Classify(exception, context)
            ?? (exception.InnerException is { } inner ? Classify(inner, classifiers, context) : new Failure(FailureKind.Unknown));
    }

    /// <summary>What an SDK that retries has wrapped: what the last try threw.</summary>
    public static Exception Unwrap(Exception exception)
    {
        while (exception is AggregateException { InnerExceptions: [.., var last] })
        {
            exception = last;
        }

        return exception;
    }

    // Whether the app canceled, or the request's time is over, is for the request to know; and a number that names no kind says nothing.
    private static bool IsVerdict(FailureKind kind) => kind is not (FailureKind.Canceled or FailureKind.RequestTimeout) && Enum.IsDefined(kind);

    private static Failure? Ask(FailureClassifier classifier, Exception exception, FailureClassifierContext context)
    {
        try
        {
            return classifier.Classify(exception, context);
        }
#pragma warning disable CA1031 // A classifier that throws must not hide the failure that it was asked about.
        catch (Exception)
#pragma warning restore CA1031
        {
            return null;
        }
    }
}
