using LlmResilience.Attempts;
using LlmResilience.Failures;
using LlmResilience.Health;
using LlmResilience.Utilities;
using Microsoft.Extensions.AI;
using Polly;
using Polly.Telemetry;

namespace LlmResilience.PollyAdapters;

/// <summary>Ejection as a Polly strategy, for pipelines of the app's own.</summary>
internal sealed class EjectionStrategy : ResilienceStrategy
{
    private const string Rejected = "OnRejected";
    private const string Changed = "OnEjectionChanged";

    // For how long a probe keeps the others out. What it is a part of, and how long that may take, is not known here, so its success counts
    // later too while no other has decided.
    private static readonly long ProbeLease = TimeSpan.FromMinutes(1).Ticks;

    private readonly FailureRules _rules;
    private readonly FailureClassifier[] _classifiers;
    private readonly MonotonicClock _clock;
    private readonly EndpointHealth _health;
    private readonly ResilienceStrategyTelemetry _telemetry;
    private readonly string _name;

    public EjectionStrategy(EjectionStrategyOptions options, TimeProvider timeProvider, ResilienceStrategyTelemetry telemetry)
    {
        var pool = new EjectionPool();
        _health = new EndpointHealth(EjectionSettings.From(options.Ejection), pool);
        pool.SetMembers([_health]);
        _rules = options.Failures.Clone();
        _classifiers = [.. options.FailureClassifiers];
        _clock = new MonotonicClock(timeProvider);
        _telemetry = telemetry;
        _name = options.Name ?? nameof(EjectionStrategy);
    }

    protected override async ValueTask<Outcome<TResult>> ExecuteCore<TResult, TState>(
        Func<ResilienceContext, TState, ValueTask<Outcome<TResult>>> callback, ResilienceContext context, TState state)
    {
        var now = _clock.Now;
        if (_health.TryAdmit(AdmissionRequest.Normal, now, ProbeLease, out var admission) != AdmissionResult.Admitted)
        {
            return Outcome.FromException<TResult>(Reject(context, now));
        }

        var outcome = await callback(context, state).ConfigureAwait(context.ContinueOnCapturedContext);
        if (outcome.Exception is { } exception)
        {
            Book(exception, admission, context, context.CancellationToken);
        }
        else if (outcome.Result is IAsyncEnumerable<ChatResponseUpdate> stream)
        {
            return Outcome.FromResult((TResult)(object)ObserveAsync(stream, admission, context.CancellationToken));
        }
        else
        {
            Report(_health.Succeeded(ref admission, _clock.Now, lateProbeCounts: true), context);
        }

        return outcome;
    }

    private EndpointUnavailableException Reject(ResilienceContext context, long now)
    {
        var wait = TimeSpan.FromTicks(_health.ReturnsAt(now) - now);
        var exception = new EndpointUnavailableException(_name, _health.GetSnapshot(now).State, "it is ejected, being probed or ramping up", wait);
        _telemetry.SetTelemetrySource(exception);
        _telemetry.Report(new ResilienceEvent(ResilienceEventSeverity.Error, Rejected), context, exception.RetryAfter);
        return exception;
    }

    /// <summary>Books a stream's first token as the success, and what breaks it later as one more sample.</summary>
    private async IAsyncEnumerable<ChatResponseUpdate> ObserveAsync(
        IAsyncEnumerable<ChatResponseUpdate> stream, Admission admission, CancellationToken callToken,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var booked = false;
        var isWhole = false;
        var endsAsJob = false;
        var updates = stream.GetAsyncEnumerator(cancellationToken);
        try
        {
            while (true)
            {
                try
                {
                    if (!await updates.MoveNextAsync().ConfigureAwait(false))
                    {
                        if (!booked)
                        {
                            if (endsAsJob)
                            {
                                _health.Succeeded(ref admission, _clock.Now, lateProbeCounts: true);
                            }
                            else
                            {
                                Book(UnusableResponseException.Empty(_name), admission, context: null, CancellationToken.None);
                            }
                        }

                        break;
                    }
                }
#pragma warning disable CA1031 // After its finish reason the answer is whole, whatever the stream does then.
                catch (Exception) when (isWhole && !cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
                {
                    break;
                }
                catch (OperationCanceledException exception) when (exception.CancellationToken == callToken && callToken.CanBeCanceled)
                {
                    // By whoever executes the pipeline. Whether the token is canceled is not asked: it may be one of a pool, which serves
                    // another execution by now.
                    _health.Ignored(admission, _clock.Now);
                    throw;
                }
                catch (Exception exception)
                {
                    Book(exception, admission, context: null, cancellationToken);
                    throw;
                }

                isWhole = isWhole || updates.Current.FinishReason is not null;
                if (!booked && FirstTokenDetector.Inspect(updates.Current) == FirstTokenSignal.Commit)
                {
                    booked = true;
                    _health.Succeeded(ref admission, _clock.Now, lateProbeCounts: true);
                }

                endsAsJob = !booked && BackgroundResponses.HasToken(updates.Current);
                yield return updates.Current;
            }
        }
        finally
        {
            // Stopped before the first token: a probe's place is given back.
            _health.Ignored(admission, _clock.Now);
            BackgroundRelease.Run(updates, cancellation: null, onFailed: null);
        }
    }

    private void Book(Exception exception, in Admission admission, ResilienceContext? context, CancellationToken token)
    {
        var now = _clock.Now;
        var failure = FailureClassification.Classify(exception, _classifiers, new FailureClassifierContext(_name, _clock.TimeProvider));
        if (token.IsCancellationRequested || !_rules[failure.Kind].CountsAgainstHealth)
        {
            _health.Ignored(admission, failure, now);
            return;
        }

        var change = _health.Failed(admission, now, failure);
        if (context is not null)
        {
            Report(change, context);
        }
    }

    private void Report(in HealthChange change, ResilienceContext context)
    {
        if (change.Kind != HealthChangeKind.None)
        {
            _telemetry.Report(new ResilienceEvent(ResilienceEventSeverity.Warning, Changed), context, change);
        }
    }
}
