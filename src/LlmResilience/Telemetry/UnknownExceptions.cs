using LlmResilience.Failures;

namespace LlmResilience.Telemetry;

/// <summary>The types of exceptions that nothing understood, each of which is told of loudly once.</summary>
internal sealed class UnknownExceptions
{
    // An app has a handful; the bound is for one that makes up types at run time.
    private const int MostTypes = 100;

    private readonly HashSet<string> _types = new(StringComparer.Ordinal);

    public bool IsNew(string type)
    {
        lock (_types)
        {
            return _types.Count < MostTypes && _types.Add(type);
        }
    }

    /// <summary>What would make the chain understand it.</summary>
    public static string HintFor(string type) => KnownSdks.CallFor(type) is { } call
        ? $"Call {call} on the builder: it understands this SDK at every endpoint."
        : "A FailureClassifier of your own can tell what it means (EndpointOptions.PrependFailureClassifier).";
}
