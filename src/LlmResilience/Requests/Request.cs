using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using Microsoft.Extensions.AI;

namespace LlmResilience;

/// <summary>One request of the app on its way down the chain: which endpoint next, when again, and when to give up.</summary>
#pragma warning disable CA1001 // Its tokens are released when the app is done with it, by the stream's DisposeAsync; a response has none.
internal abstract partial class ChainRequest
#pragma warning restore CA1001
{
    private static readonly TimeSpan TimerSlack = TimeSpan.FromMilliseconds(20);

    private CandidateCursor _candidates;
    private JoinedTokens? _joinedTokens;
    private List<FailedAttempt>? _failed;
    private CancellationTokenSource? _waiting;
    private bool _trickles;
    private int _givenUp;

    protected ChainRequest(Chain chain, IReadOnlyList<ChatMessage> messages, ChatOptions? options, CancellationToken callToken)
    {
        Chain = chain;
        Messages = messages;
        Options = options;
        CallToken = callToken;
        Deadline = long.MaxValue;
    }

    /// <summary>The instant at which the request's time is over; <see cref="long.MaxValue"/> for never.</summary>
    public long Deadline { get; private set; }

    public TimeSpan TimeLimit => TimeSpan.FromTicks(Chain.RequestTimeout);

    /// <summary>Cancelled when the app cancels the call or the enumeration.</summary>
    public CancellationToken AppToken => _joinedTokens?.Token ?? CallToken;

    /// <summary>The token that the app knows and cancelled; none if it disposed the stream.</summary>
    public CancellationToken CancelledToken => _joinedTokens?.Cancelled ?? (AppToken.IsCancellationRequested ? AppToken : CancellationToken.None);

    /// <summary>The app cancelled, or disposed its stream: nobody waits for an answer.</summary>
    public bool IsCancelled => AppToken.IsCancellationRequested || IsGivenUp;

    protected bool IsGivenUp => Volatile.Read(ref _givenUp) != 0;

    /// <summary>The token that the call was given; the enumeration's may have been joined to it.</summary>
    protected CancellationToken CallToken { get; }

    protected Chain Chain { get; private set; }

    protected IReadOnlyList<ChatMessage> Messages { get; }

    protected ChatOptions? Options { get; }

    protected int Attempts { get; private set; }

    protected abstract bool IsStreaming { get; }

    /// <summary>Whether another endpoint would take the request if this attempt were cut now.</summary>
    public bool HasOtherCandidate(long now) => Attempts < Chain.MaxAttempts && _candidates.HasNext(Chain, now);

    protected void AlsoCancelledBy(CancellationToken enumerationToken)
    {
        if (enumerationToken.CanBeCanceled && enumerationToken != CallToken)
        {
            _joinedTokens = new JoinedTokens(CallToken, enumerationToken);
        }
    }

    protected void ReleaseTokens() => _joinedTokens?.Dispose();

    /// <summary>The app is done with the request, whether or not it has ended; once.</summary>
    protected bool TryGiveUp() => Interlocked.Exchange(ref _givenUp, 1) == 0;

    /// <summary>Ends a wait between two attempts, if there is one.</summary>
    protected void EndWait() => Volatile.Read(ref _waiting)?.CancelQuietly();

    protected AnsweringEndpoint AnswerOf(Endpoint endpoint) => Attempts == 1 ? endpoint.Answer : new AnsweringEndpoint(endpoint.Name, Attempts);

    protected Failure ClassifyFailure(Endpoint endpoint, Exception exception)
    {
        if (IsCancelled)
        {
            return new Failure(FailureKind.Cancelled);
        }

        var failure = endpoint.Classify(exception);
        return failure.Kind == FailureKind.ResponseTimeout && IsStreaming ? failure with { Kind = FailureKind.FirstTokenTimeout } : failure;
    }

    /// <summary>The first attempt, if it was begun before the request was made.</summary>
    protected virtual bool TryTakeStarted(out Endpoint endpoint, out Admission admission, out long startedAt)
    {
        endpoint = null!;
        admission = default;
        startedAt = 0;
        return false;
    }

    /// <summary>Makes one attempt up to its commit.</summary>
    /// <returns><see langword="null"/> if it got there.</returns>
    protected abstract ValueTask<AttemptFailure?> AttemptAsync(Endpoint endpoint, Admission admission, long startedAt);

    /// <summary>The request got to its commit or failed; the last thing that is done before whoever waits goes on.</summary>
    protected abstract void OnEnd(bool committed);

    /// <returns><see langword="true"/>; what else could come of it is thrown.</returns>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    protected async ValueTask<bool> RunAsync()
    {
        var committed = false;
        try
        {
            if (TryTakeStarted(out var endpoint, out var admission, out var now))
            {
                _candidates.SkipFirst();
            }
            else
            {
                now = Chain.Clock.Now;
                CancelledToken.ThrowIfCancellationRequested();
            }

            Deadline = Chain.DeadlineOf(now);
            if (endpoint is null && !_candidates.TryNext(Chain, IsStreaming, isFirst: true, now, out endpoint, out admission))
            {
                (endpoint, admission) = await FindWhenAllOutAsync(now).ConfigureAwait(false);
            }

            var retries = 0;
            while (true)
            {
                Attempts++;
                var startedAt = Chain.Clock.Now;
                if (await AttemptAsync(endpoint, admission, startedAt).ConfigureAwait(false) is not { } failure)
                {
                    return committed = true;
                }

                now = Chain.Clock.Now;
                Note(endpoint, failure, now - startedAt);
                if (MayRetry(endpoint, failure.Failure, retries, now, out var delay))
                {
                    Chain.Telemetry.Retrying(endpoint, failure.Failure, delay);
                    await DelayAsync(endpoint, delay).ConfigureAwait(false);
                    now = Chain.Clock.Now;
                    if (endpoint.TryAdmit(AdmissionRequest.NoProbe, now, IsStreaming, out admission) == AdmissionResult.Admitted)
                    {
                        retries++;
                        continue;
                    }
                }

                endpoint = Next(endpoint, failure, now, out admission);
                retries = 0;
            }
        }
        finally
        {
            EndTrickle();
            OnEnd(committed);
        }
    }

    private void Note(Endpoint endpoint, AttemptFailure failure, long duration)
    {
        if (failure.Failure.Kind == FailureKind.Cancelled)
        {
            throw new OperationCanceledException(CancelledToken);
        }

        (_failed ??= []).Add(new FailedAttempt(endpoint.Name, failure.Failure.Kind, TimeSpan.FromTicks(duration), failure.Exception));
    }

    /// <summary>Where the request goes on after an endpoint is done with. Throws what the app gets if it ends here.</summary>
    private Endpoint Next(Endpoint from, AttemptFailure failure, long now, out Admission admission)
    {
        if (!from.Settings.RuleFor(failure.Failure.Kind).Fallback)
        {
            ExceptionDispatchInfo.Throw(failure.Exception);
        }

        if (failure.Failure.Kind == FailureKind.ContextLengthExceeded)
        {
            _candidates.NeededContext = Larger(_candidates.NeededContext, from.Settings.ContextWindow);
        }

        if (Attempts >= Chain.MaxAttempts || now >= Deadline || !_candidates.TryNext(Chain, IsStreaming, isFirst: false, now, out var next, out admission))
        {
            throw AllFailed(now);
        }

        Chain.Telemetry.FellBack(from, next, failure.Failure);
        return next;
    }

    private bool MayRetry(Endpoint endpoint, in Failure failure, int retries, long now, out TimeSpan delay)
    {
        delay = default;
        var retry = endpoint.Settings.Retry;
        if (!endpoint.Settings.RuleFor(failure.Kind).Retry || retries >= retry.MaxRetries || Attempts >= Chain.MaxAttempts
            || !endpoint.Health.TryGetCoolDown(now, out var coolDown))
        {
            return false;
        }

        var asked = failure.RetryAfter ?? TimeSpan.Zero;
        delay = Max(RetryDelay.Backoff(retry, retries), Max(asked, TimeSpan.FromTicks(coolDown)));
        if (delay > retry.MaxDelay)
        {
            return false;
        }

        return Deadline == long.MaxValue || delay.Ticks < Deadline - now - _candidates.NeedOfRest(Chain, IsStreaming, now);
    }

    private async Task DelayAsync(Endpoint endpoint, TimeSpan delay)
    {
        using var waiting = BeginWait(CancellationToken.None);
        try
        {
            await Task.Delay(delay, Chain.Clock.TimeProvider, waiting.Token).ConfigureAwait(false);

            // A timer counts coarser than our clock and may go off a few milliseconds before the cool-down ends.
            while (endpoint.Health.TryGetCoolDown(Chain.Clock.Now, out var rest) && rest > 0 && rest < TimerSlack.Ticks)
            {
                await Task.Delay(TimerSlack, Chain.Clock.TimeProvider, waiting.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            throw new OperationCanceledException(CancelledToken);
        }
    }

    private CancellationTokenSource BeginWait(CancellationToken deadline)
    {
        var waiting = CancellationTokenSource.CreateLinkedTokenSource(deadline, AppToken);
        Interlocked.Exchange(ref _waiting, waiting);
        if (IsGivenUp)
        {
            // Given up before there was a wait to end.
            waiting.Cancel();
        }

        return waiting;
    }

    private AllEndpointsFailedException AllFailed(long now)
    {
        List<FailedAttempt> trail = _failed is null ? [] : [.. _failed];
        long? earliest = null;
        foreach (var endpoint in Chain.Endpoints)
        {
            var returnsAt = endpoint.Health.ReturnsAt(now);
            earliest = Math.Min(earliest ?? long.MaxValue, returnsAt);
            if (!trail.Exists(attempt => string.Equals(attempt.Endpoint, endpoint.Name, StringComparison.Ordinal)))
            {
                trail.Add(new FailedAttempt(endpoint.Name, FailureKind.Rejected, TimeSpan.Zero, PassedOver.Explain(endpoint, now)));
            }
        }

        var retryAfter = earliest > now && earliest < long.MaxValue ? TimeSpan.FromTicks(earliest.Value - now) : (TimeSpan?)null;
        Chain.Telemetry.AllFailed(Attempts);
        return new AllEndpointsFailedException(trail, retryAfter);
    }

    private static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;

    private static int? Larger(int? a, int? b) => a is null || b > a ? b : a;
}
