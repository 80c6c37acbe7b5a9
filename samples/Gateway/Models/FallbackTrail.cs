using System.Diagnostics;
using Gateway.Protocol.Answers;
using Gateway.Protocol.Errors;
using LlmResilience;
using Microsoft.Extensions.AI;

namespace Gateway.Models;

/// <summary>What a request has tried, over all of its models.</summary>
internal sealed class FallbackTrail
{
    private readonly List<FailedAttempt> _attempts = [];
    private readonly List<SkippedEndpoint> _skipped = [];
    private TimeSpan? _retryAfter;
    private Exception? _last;
    private int _failures;

    /// <summary>Whether an endpoint may be asked for a model: once in all, and while there are fallbacks only if it is not out.</summary>
    public bool MayAsk(RequestedModel model, string endpoint, bool isLast)
        => !_attempts.Exists(attempt => string.Equals(attempt.EndpointName, endpoint, StringComparison.OrdinalIgnoreCase)) && (isLast || !model.IsOut(endpoint));

    /// <summary>All models have failed: of one alone its own exception, of several one that has all that was tried.</summary>
    public Exception Failure => _failures == 1 ? _last! : new AllEndpointsFailedException(_attempts, _skipped, _retryAfter);

    /// <summary>Asks one model. What is the request's own fault is thrown.</summary>
    /// <returns><see langword="null"/> if the next one is to be asked.</returns>
    public async Task<T?> TryAsync<T>(RequestedModel model, Func<Task<T>> ask, CancellationToken canceled)
        where T : class
    {
        var startedAt = Stopwatch.GetTimestamp();
        try
        {
            return await ask();
        }
        catch (AllEndpointsFailedException failed)
        {
            _attempts.AddRange(failed.Attempts);
            _skipped.AddRange(failed.SkippedEndpoints);
            _retryAfter = _retryAfter is { } earlier && !(failed.RetryAfter < earlier) ? earlier : failed.RetryAfter;
            return Note<T>(failed);
        }
        catch (NoRouteException nobody)
        {
            // A route takes it, but all of its endpoints were asked for an earlier model, or are out.
            return nobody.RouteName is not null || nobody.RouteNames.Count == 0 ? null : throw RequestException.UnknownModel(model.Name, "model");
        }
        catch (OperationCanceledException) when (!canceled.IsCancellationRequested)
        {
            var isStreamed = typeof(T) == typeof(ChatResponseUpdate);
            var (kind, limit) = isStreamed ? (FailureKind.FirstTokenTimeout, model.FirstToken) : (FailureKind.ResponseTimeout, model.Response);
            var late = new TimeoutException($"Model '{model.Name}' did not answer within {limit}.");
            _attempts.Add(new FailedAttempt(model.Name, kind, Stopwatch.GetElapsedTime(startedAt), late));
            return Note<T>(late);
        }
    }

    /// <summary>Adds the attempts of earlier models to those of the one that answered.</summary>
    public void CountOn(AdditionalPropertiesDictionary answer)
    {
        if (_attempts.Count > 0)
        {
            answer[AnswerHeaders.EarlierAttempts] = _attempts.Count;
        }
    }

    private T? Note<T>(Exception exception)
        where T : class
    {
        _failures++;
        _last = exception;
        return null;
    }
}
