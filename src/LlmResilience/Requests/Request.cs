using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using LlmResilience.AllUnavailable;
using LlmResilience.Attempts;
using LlmResilience.Chains;
using LlmResilience.Endpoints;
using LlmResilience.Health;
using LlmResilience.Retry;
using LlmResilience.Telemetry;
using LlmResilience.Utilities;
using Microsoft.Extensions.AI;

namespace LlmResilience.Requests;

/// <summary>One request of the app on its way down the chain: which endpoint next, when again, and when to give up.</summary>
/// <remarks>
/// It is long and yet one idea, the loop over a request's attempts: each method is one of its turns and reads and writes what the others do.
/// What could be told apart has its own type: the walk down the chain, the decision after a failure, the line, what was tried.
/// </remarks>
internal abstract class Request
{
    // A mutable struct: a field, so that what it does is done to it and not to a copy.
#pragma warning disable CA1051, MA0069
    protected RequestCancellation Cancellation;
#pragma warning restore CA1051, MA0069

    private CandidateCursor _candidates;
    private AttemptTrail _trail;
    private RequestInput _input;
    private long _startedAt;
    private ProviderState _state;
    private readonly ulong _affinityKey;
    private bool _fellBack;
    private bool _hasOnlyPlace;

    protected Request(in ChosenChain chosen, in RequestInput input, CancellationToken callToken)
    {
        Chain = chosen.Chain;
        _affinityKey = chosen.AffinityKey;
        _input = input;
        Cancellation = new RequestCancellation(callToken);
    }

    /// <summary>The instant at which the request's time is over; <see cref="long.MaxValue"/> for never.</summary>
    public long Deadline => _input.DeadlineIn(Chain, _startedAt);

    public TimeSpan RequestTimeout => TimeSpan.FromTicks(_input.TimeoutIn(Chain));

    protected Chain Chain { get; private set; }

    protected ChosenChain Chosen => new(Chain, _affinityKey);

    /// <summary>What the app asks.</summary>
    protected RequestInput Input => _input;

    protected AttemptTrail Trail => _trail;

    /// <summary>The attempts that have been begun.</summary>
    protected int Attempts { get; private set; }

    protected RequestOutcome Outcome { get; set; }

    protected abstract bool IsStreaming { get; }

    /// <summary>Who could serve the request after this attempt: nobody, if it must not go elsewhere.</summary>
    protected RemainingCandidates Remaining => MustNotBeRepeated ? RemainingCandidates.None(Chain) : new(Chain, _candidates, Attempts);

    /// <summary>Whether another endpoint would take the request if this attempt were cut now.</summary>
    public bool HasOtherCandidate(long now) => Remaining.Any(now);

    /// <summary>Until when an attempt that began then may take for its first token, so that the later ones get their share.</summary>
    public long DeadlineBeforeCommit(long startedAt) => Remaining.DeadlineBeforeCommit(Deadline, startedAt);

    /// <summary>The app is done with the request.</summary>
    protected void TellEnd()
    {
        LeaveOnlyPlace();
        if (Attempts > 0 || Outcome != RequestOutcome.Open)
        {
            Chain.Telemetry.RequestEnded(Outcome, Outcomes.RecoveryOf(Outcome, Attempts, _fellBack), _startedAt, Chain.Clock);
        }
    }

    /// <summary>The app gets an exception that is not its own cancel.</summary>
    protected T Fail<T>(RequestOutcome outcome, T exception)
        where T : Exception
    {
        Outcome = outcome;
        Chain.Telemetry.RequestFailed(exception, Attempts);
        return exception;
    }

    protected AnsweringEndpoint AnswerOf(Endpoint endpoint) => Attempts == 1 ? endpoint.Answer : new AnsweringEndpoint(endpoint.Name, Attempts);

    /// <summary>Whether the request goes to those only who have what it names.</summary>
    private bool IsPinned => Chain.Holder is not null;

    /// <summary>Whether the request is sent neither again nor elsewhere once it may have been worked on.</summary>
    private bool MustNotBeRepeated => IsPinned || (State.HasFlag(ProviderState.Acts) && !Chain.Settings.RetryHostedTools);

    private RequestTraits Traits => new(IsStreaming, _affinityKey);

    private ProviderState State => ProviderStates.Look(_input, ref _state);

    /// <summary>The app is about to run again: what it asked is kept as it is now.</summary>
    protected void TakeInput()
    {
        _input = _input.Taken();

        // Now, since a timer may ask for it.
        PinToAsked();
    }

    /// <summary>Makes one attempt up to its commit.</summary>
    /// <returns><see langword="null"/> if it got there.</returns>
    protected abstract ValueTask<AttemptFailure?> AttemptAsync(Endpoint endpoint, Admission admission, long startedAt);

    /// <summary>The request got to its commit or failed; the last thing that is done before whoever waits goes on.</summary>
    protected abstract void OnEnd(bool committed);

    /// <summary>The first endpoint was chosen before; this is what is left.</summary>
    protected void GoOnBehind(in CandidateCursor rest) => _candidates = rest;

    /// <summary>Goes down the chain until an attempt gets to its commit. Every other way out of a request is one of the throws below.</summary>
    /// <returns><see langword="true"/>.</returns>
    protected ValueTask<bool> RunAsync() => RunAsync(endpoint: null, failure: null, startedAt: Chain.Clock.Now);

    /// <summary>The same, where the first attempt was made before, and has failed: <see cref="GoOnBehind"/>.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    protected async ValueTask<bool> RunAsync(Endpoint? endpoint, AttemptFailure? failure, long startedAt)
    {
        var committed = false;
        try
        {
            _startedAt = startedAt;
            if (endpoint is null)
            {
                Cancellation.CanceledToken.ThrowIfCancellationRequested();
                var isFound = TryFirst(startedAt, out endpoint, out var admission);
                if (Chain.IsInOrder && endpoint != Chain.Endpoints.FirstOrDefault() && MustBePinned)
                {
                    endpoint?.Health.Ignored(admission, startedAt);
                    Chain = StateOwner.PinToFirst(Chain);
                    _candidates.StartOver();
                    isFound = TryFirst(startedAt, out endpoint, out admission);
                }

                if (!isFound)
                {
                    TakeInput();
                    (endpoint, admission) = await FindWhenAllAreUnavailableAsync(startedAt).ConfigureAwait(false);
                }

                failure = await BeginAttemptAsync(endpoint, admission, out startedAt).ConfigureAwait(false);
            }
            else
            {
                Attempts = 1;
            }

            var retries = 0;
            while (failure is not null)
            {
                PinToAsked();
                var step = Decide(endpoint, failure, retries, startedAt, out var delay);
                var admission = default(Admission);
                if (step == NextStep.RetryHere)
                {
                    await DelayAsync(endpoint, delay).ConfigureAwait(false);
                    step = TryAdmitAgain(endpoint, failure.Kind, out admission);
                }

                if (step == NextStep.NextEndpoint && !TryNext(ref endpoint, failure, out admission))
                {
                    step = NextStep.GiveUp;
                }

                switch (step)
                {
                    case NextStep.Cancel:
                        throw new OperationCanceledException(Cancellation.CanceledToken);
                    case NextStep.Rethrow:
                        ExceptionDispatchInfo.Throw(Fail(Outcomes.Of(failure.Kind), failure.Exception));
                        break;
                    case NextStep.GiveUp:
                        throw GiveUp(failure);
                }

                retries = step == NextStep.RetryHere ? retries + 1 : 0;
                failure = await BeginAttemptAsync(endpoint, admission, out startedAt).ConfigureAwait(false);
            }

            committed = true;
            if (IsPinned)
            {
                StateOwner.Remember(_input, endpoint);
            }

            return true;
        }
        catch (OperationCanceledException exception) when (Cancellation.IsCanceled && exception.CancellationToken != Cancellation.CanceledToken)
        {
            // A wait of ours was ended by the app, which knows the token that it canceled and no other.
            throw new OperationCanceledException(Cancellation.CanceledToken);
        }
        finally
        {
            if (!committed)
            {
                LeaveOnlyPlace();
            }

            OnEnd(committed);
        }
    }

    /// <summary>The request has ended; its place, if it had the only one, is free for another.</summary>
    protected void LeaveOnlyPlace()
    {
        if (_hasOnlyPlace)
        {
            _hasOnlyPlace = false;
            LastChoice.LeaveOnlyPlace(Chain);
        }
    }

    /// <summary>Whether the request names state, and the chain has others than its owner.</summary>
    private bool MustBePinned => Chain is { Holder: null, Endpoints.Length: > 1 } && State.HasFlag(ProviderState.Named);

    // Only the chain's first endpoint was asked until now: what nobody has seen before is its own.
    private void PinToAsked()
    {
        if (MustBePinned)
        {
            Chain = StateOwner.PinToFirst(Chain);
            _candidates.StartOver();
            _candidates.SkipFirst();
        }
    }

    private bool TryFirst(long now, out Endpoint endpoint, out Admission admission)
    {
        if (Chain.HasLine && !IsPinned)
        {
            // Others were here before.
            (endpoint, admission) = (null!, default);
            return false;
        }

        return _candidates.TryNext(Chain, Traits, isFirst: true, now, out endpoint, out admission)
            || (FollowReload() && _candidates.TryNext(Chain, Traits, isFirst: true, now, out endpoint, out admission));
    }

    /// <summary>Goes on in the chain as it is now, if the request's own has lost an endpoint, past those that it has asked.</summary>
    /// <exception cref="ObjectDisposedException">The client is disposed.</exception>
    private bool FollowReload()
    {
        if (!Chain.IsOutdated)
        {
            return false;
        }

        Chain = Chain.Latest.Without(_trail.Asked);
        _candidates.StartOver();
        return true;
    }

    private ValueTask<AttemptFailure?> BeginAttemptAsync(Endpoint endpoint, in Admission admission, out long startedAt)
    {
        Attempts++;
        if (!endpoint.Habits.AnswersAtOnce)
        {
            TakeInput();
        }

        startedAt = Chain.Clock.Now;
        return AttemptAsync(endpoint, admission, startedAt);
    }

    private NextStep Decide(Endpoint endpoint, AttemptFailure failure, int retries, long startedAt, out TimeSpan delay)
    {
        var now = Chain.Clock.Now;
        _trail.Add(endpoint, failure, now - startedAt);
        var settings = endpoint.Settings;
        var hasDeadline = Deadline != long.MaxValue;
        var othersLeft = _candidates.CountNext(Chain, now, atMost: Chain.Settings.MaxAttempts);
        var mayHaveActed = MustNotBeRepeated && ProcessedRequests.MayInclude(failure);
        var step = new FailedStep
        {
            Failure = failure.Failure,
            Rule = settings.RuleFor(failure.Kind),
            Retries = retries,
            MaxRetryAttempts = settings.Retry.MaxRetryAttempts,
            Attempts = Attempts,
            MaxAttempts = Chain.Settings.MaxAttempts,
            IsPinned = IsPinned && (mayHaveActed || othersLeft == 0),
            MayHaveActed = mayHaveActed,
            OthersLeft = othersLeft,
            CoolDown = endpoint.Health.TryGetCoolDown(now, out var coolDown) ? coolDown : null,
            TimeLeft = hasDeadline ? Deadline - now : long.MaxValue,
            NeededByOthers = hasDeadline ? new RemainingCandidates(Chain, _candidates, Attempts).Need(IsStreaming) : 0,
            Backoff = RetryDelay.Draw(settings.Retry, retries),
            MaxDelay = settings.Retry.MaxDelay,
        };
        var next = AfterFailure.Decide(step, out delay);
        if (next == NextStep.RetryHere)
        {
            Chain.Telemetry.Retrying(endpoint.Telemetry, failure.Failure, delay);
        }

        return next;
    }

    // Not as a probe, and not beyond the ramp's share: the request does not ask an ill endpoint twice while somebody else is left.
    private NextStep TryAdmitAgain(Endpoint endpoint, FailureKind kind, out Admission admission)
    {
        var now = Chain.Clock.Now;
        if (Deadline - now < AfterFailure.ShortestAttempt)
        {
            admission = default;
            return NextStep.GiveUp;
        }

        var hasOthers = _candidates.HasNext(Chain, now);
        var request = hasOthers ? AdmissionRequest.NoProbe : AdmissionRequest.AnyShare;
        if (endpoint.TryAdmit(request, now, IsStreaming, out admission) == AdmissionResult.Admitted)
        {
            return NextStep.RetryHere;
        }

        return endpoint.Settings.RuleFor(kind).Fallback && (hasOthers || !IsPinned) ? NextStep.NextEndpoint : NextStep.Rethrow;
    }

    private bool TryNext(ref Endpoint endpoint, AttemptFailure failure, out Admission admission)
    {
        var from = endpoint;
        if (failure.Kind == FailureKind.ContextLengthExceeded)
        {
            _candidates.NeedContextOf(from.Settings.ContextWindow);
        }

        FollowReload();
        if (!_candidates.TryNext(Chain, Traits, isFirst: false, Chain.Clock.Now, out var next, out admission))
        {
            return false;
        }

        endpoint = next;
        _fellBack = true;
        Chain.Telemetry.FellBack(from.Telemetry, next.Telemetry, failure.Failure);
        return true;
    }

    private LlmResilienceException GiveUp(AttemptFailure failure)
    {
        var now = Chain.Clock.Now;
        var timeIsSpent = failure.Kind == FailureKind.RequestTimeout || (Deadline - now < AfterFailure.ShortestAttempt && HasOtherCandidate(now));
        if (timeIsSpent)
        {
            return Fail(Outcomes.Of(FailureKind.RequestTimeout), new RequestTimeoutException(RequestTimeout, _trail.Failed));
        }

        return AllFailed(now);
    }

    private AllEndpointsFailedException AllFailed(long now)
    {
        Chain.Telemetry.AllFailed(Attempts);
        return Fail(Attempts > 0 ? RequestOutcome.AllEndpointsFailed : RequestOutcome.AllEndpointsUnavailable, _trail.AllFailed(Chain, _candidates.LeniencyIn(Chain, now), now));
    }

    /// <summary>Every endpoint is unavailable before the first attempt.</summary>
    // A task, whose awaiter is the smaller one: it is a field of every request that waits for anything.
    private async Task<(Endpoint Endpoint, Admission Admission)> FindWhenAllAreUnavailableAsync(long now)
    {
        _candidates.IgnoresEjection = Chain.Settings.AllUnavailableBehavior == AllUnavailableBehavior.IgnoreEjection;
        var candidate = Chain.Settings.AllUnavailableBehavior switch
        {
            AllUnavailableBehavior.IgnoreEjection => LastChoice.TryFind(Chain, Traits, now),
            _ when IsPinned => null,
            AllUnavailableBehavior.Wait => await WaitInLineAsync().ConfigureAwait(false),
            _ => LastChoice.TryFind(Chain, Traits, now),
        };
        if (candidate is null)
        {
            throw IsPinned ? Fail(RequestOutcome.AllEndpointsUnavailable, StateOwner.Unavailable(Chain, now)) : AllFailed(Chain.Clock.Now);
        }

        (Chain, _candidates) = (candidate.Chain, candidate.Rest);
        _hasOnlyPlace = candidate.Admission.Role == AdmissionRole.ProbeAhead;
        return (candidate.Endpoint, candidate.Admission);
    }

    private async Task<Candidate?> WaitInLineAsync()
    {
        // What returns too late for an attempt is of no use.
        var latestReturn = Deadline == long.MaxValue ? long.MaxValue : Deadline - AfterFailure.ShortestAttempt;
        using var canceled = Cancellation.BeginDelay();
        return await WaitingLine.WaitAsync(Chain, Traits, latestReturn, canceled.Token).ConfigureAwait(false);
    }

    private async Task DelayAsync(Endpoint endpoint, TimeSpan delay)
    {
        TakeInput();
        using var canceled = Cancellation.BeginDelay();
        await RetryWait.DelayAsync(endpoint, delay, canceled.Token).ConfigureAwait(false);
    }
}
