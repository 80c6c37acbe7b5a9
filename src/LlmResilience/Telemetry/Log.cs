using Microsoft.Extensions.Logging;

namespace LlmResilience.Telemetry;

/// <summary>Every log message. Names, kinds, codes and times only: a provider's own message may quote the prompt.</summary>
internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Debug, "Endpoint '{Endpoint}': attempt failed with {Kind} after {Milliseconds} ms.")]
    public static partial void AttemptFailed(ILogger logger, string endpoint, FailureKind kind, double milliseconds);

    [LoggerMessage(2, LogLevel.Information, "Endpoint '{Endpoint}': retrying after {Kind} in {Milliseconds} ms.")]
    public static partial void Retrying(ILogger logger, string endpoint, FailureKind kind, double milliseconds);

    [LoggerMessage(3, LogLevel.Warning, "Falling back from endpoint '{From}' to '{To}' after {Kind} (status {Status}, code {Code}).")]
    public static partial void FellBack(ILogger logger, string from, string to, FailureKind kind, int? status, string? code);

    [LoggerMessage(4, LogLevel.Error, "Client '{Client}': no endpoint answered, after {Attempts} attempts.")]
    public static partial void AllFailed(ILogger logger, string client, int attempts);

    [LoggerMessage(5, LogLevel.Warning, "Endpoint '{Endpoint}' is ejected for {Seconds} s (k = {K}) by {Reason}.")]
    public static partial void Ejected(ILogger logger, string endpoint, double seconds, int k, EjectionReason reason);

    [LoggerMessage(6, LogLevel.Information, "Endpoint '{Endpoint}' is back in rotation after {Seconds} s (k = {K}).")]
    public static partial void Reinstated(ILogger logger, string endpoint, double seconds, int k);

    [LoggerMessage(7, LogLevel.Warning, "Endpoint '{Endpoint}' should be ejected by {Reason}, but the chain's MaxEjectedRatio does not allow one more.")]
    public static partial void EjectionRefused(ILogger logger, string endpoint, EjectionReason reason);

    [LoggerMessage(8, LogLevel.Warning, "Endpoint '{Endpoint}' is left alone for {Seconds} s after {Kind}.")]
    public static partial void CoolingDown(ILogger logger, string endpoint, FailureKind kind, double seconds);

    [LoggerMessage(9, LogLevel.Error, "Endpoint '{Endpoint}' answers {Kind} (status {Status}, code {Code}): check its key, its model and its account. It is left alone for {Seconds} s.")]
    public static partial void Misconfigured(ILogger logger, string endpoint, FailureKind kind, int? status, string? code, double seconds);

    [LoggerMessage(10, LogLevel.Debug, "Endpoint '{Endpoint}': its client threw {ExceptionType} while it was being cleaned up.")]
    public static partial void CleanUpFailed(ILogger logger, string endpoint, string exceptionType);

    [LoggerMessage(11, LogLevel.Information, "Client '{Client}': the changed configuration applies.")]
    public static partial void Reloaded(ILogger logger, string client);

    [LoggerMessage(12, LogLevel.Error, "Client '{Client}': the changed configuration is wrong and does not apply; the last one stays. {Errors}")]
    public static partial void ReloadRefused(ILogger logger, string client, string errors);

    [LoggerMessage(16, LogLevel.Error, "Client '{Client}': its load balancer {What}. The first endpoint that is available is asked instead. This is said once.")]
    public static partial void LoadBalancerFailed(ILogger logger, string client, string what);

    [LoggerMessage(30, LogLevel.Warning, "Endpoint '{Endpoint}' is found ill by active probes.")]
    public static partial void FoundIll(ILogger logger, string endpoint);

    [LoggerMessage(31, LogLevel.Information, "Endpoint '{Endpoint}' is found well again by active probes.")]
    public static partial void FoundWell(ILogger logger, string endpoint);

    [LoggerMessage(32, LogLevel.Debug, "Endpoint '{Endpoint}': active probe failed with {Kind}.")]
    public static partial void ProbeFailed(ILogger logger, string endpoint, FailureKind kind);

    [LoggerMessage(33, LogLevel.Warning, "Endpoint '{Endpoint}' was found ill, and active probes are answered with {Kind} now, which says neither that it is well nor that it is not: it stays out. Check what the probe asks.")]
    public static partial void ProbeSaysNothing(ILogger logger, string endpoint, FailureKind kind);

    [LoggerMessage(21, LogLevel.Debug, "Endpoint '{Endpoint}': its client threw {ExceptionType}, which no classifier understands.")]
    public static partial void NotUnderstood(ILogger logger, string endpoint, string exceptionType);

    [LoggerMessage(22, LogLevel.Warning, "Endpoint '{Endpoint}': its client threw {ExceptionType}, which no classifier understands, so that it counts as an Unknown failure, whatever it was. {Hint} This is said once for each type.")]
    public static partial void NotUnderstoodYet(ILogger logger, string endpoint, string exceptionType, string hint);
}
