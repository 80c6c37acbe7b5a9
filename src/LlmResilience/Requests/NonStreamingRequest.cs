using LlmResilience.Attempts;
using LlmResilience.Chains;
using LlmResilience.Endpoints;
using LlmResilience.Health;
using LlmResilience.Telemetry;
using Microsoft.Extensions.AI;

namespace LlmResilience.Requests;

/// <summary>A request that does not stream.</summary>
internal sealed class NonStreamingRequest : Request
{
    private ChatResponse? _response;

    private NonStreamingRequest(in ChosenChain chosen, in RequestInput input, CancellationToken callToken)
        : base(chosen, input, callToken)
    {
    }

    protected override bool IsStreaming => false;

    public static Task<ChatResponse> GetResponseAsync(ChosenChain chosen, RequestInput input, CancellationToken callToken)
    {
        var chain = chosen.Chain;
        var rest = default(CandidateCursor);
        if (callToken.IsCancellationRequested || chain.HasLine || !TryFirst(chosen, ref rest, out var first, out var admission))
        {
            return new NonStreamingRequest(chosen, input.Taken(), callToken).GetResponseAsync(endpoint: null, failure: null, chain.Clock.Now);
        }

        // An endpoint is well, as nearly always. What it answers at once (a cache, a test) needs no request around it.
        if (!first.Habits.AnswersAtOnce)
        {
            input = input.Taken();
        }

        var attempt = NonStreamingAttempt.Start(first, admission, chain.Clock.Now, input.Messages, input.Options, callToken);
        if (attempt.IsAnswered)
        {
            first.Habits.SawAnswerAtOnce();
            attempt.Release();
            attempt.Succeed(first.Answer);
            TellSuccess(attempt, chain, input);
            return attempt.Response;
        }

        if (!attempt.Response.IsCompleted)
        {
            first.Habits.SawWait();
        }

        if (chain.IsInOrder)
        {
            return GetResponseAsync(attempt, chain, input.Taken(), callToken);
        }

        // What was chosen has to be kept, which a request does.
        var request = new NonStreamingRequest(chosen, input.Taken(), callToken);
        request.GoOnBehind(rest);
        return request.GetResponseAsync(attempt, rest);
    }

    protected override async ValueTask<AttemptFailure?> AttemptAsync(Endpoint endpoint, Admission admission, long startedAt)
    {
        var attempt = NonStreamingAttempt.Start(endpoint, admission, startedAt, Input.Messages, Input.Options, Cancellation.Token);
        var failure = await attempt.EndAsync(new ResponseTimeouts(Remaining, Deadline, RequestTimeout), AnswerOf(endpoint), Cancellation.Token).ConfigureAwait(false);
        if (failure is null)
        {
            _response = attempt.Result;
        }

        return failure;
    }

    protected override void OnEnd(bool committed)
    {
    }

    // In a fixed order the first one is known, and is asked at once if nothing at all is the matter with it.
    private static bool TryFirst(in ChosenChain chosen, ref CandidateCursor rest, out Endpoint first, out Admission admission)
    {
        var chain = chosen.Chain;
        if (!chain.IsInOrder)
        {
            return rest.TryNext(chain, new RequestTraits(IsStreaming: false, chosen.AffinityKey), isFirst: true, chain.Clock.Now, out first, out admission);
        }

        if (chain.Endpoints is [var known, ..] && known.TryAdmitHealthy(out admission))
        {
            first = known;
            return true;
        }

        first = null!;
        admission = default;
        return false;
    }

    /// <summary>The first attempt of a chain in order, which nearly always is the only one and then needs no request around it.</summary>
    private static async Task<ChatResponse> GetResponseAsync(NonStreamingAttempt attempt, Chain chain, RequestInput input, CancellationToken callToken)
    {
        var timeouts = TimeoutsOf(attempt, chain, CandidateCursor.BehindFirst, input);
        var failure = await attempt.EndAsync(timeouts, attempt.Endpoint.Answer, callToken).ConfigureAwait(false);
        if (failure is null)
        {
            TellSuccess(attempt, chain, input);
            return attempt.Result;
        }

        var request = new NonStreamingRequest(new ChosenChain(chain), input, callToken);
        request.GoOnBehind(CandidateCursor.BehindFirst);
        return await request.GetResponseAsync(attempt.Endpoint, failure, attempt.StartedAt).ConfigureAwait(false);
    }

    private static ResponseTimeouts TimeoutsOf(in NonStreamingAttempt attempt, Chain chain, in CandidateCursor rest, in RequestInput input)
        => new(Behind(chain, rest, input), input.DeadlineIn(chain, attempt.StartedAt), TimeSpan.FromTicks(input.TimeoutIn(chain)));

    private static RemainingCandidates Behind(Chain chain, in CandidateCursor rest, in RequestInput input)
    {
        var state = ProviderState.NotLookedAt;
        var bound = chain.Endpoints.Length == 1 ? ProviderState.Known : ProviderStates.Look(input, ref state);
        return bound.HasFlag(ProviderState.Named) || (bound.HasFlag(ProviderState.Acts) && !chain.Settings.RetryHostedTools)
            ? RemainingCandidates.None(chain)
            : new RemainingCandidates(chain, rest, attempts: 1);
    }

    private static void TellSuccess(in NonStreamingAttempt attempt, Chain chain, in RequestInput input)
    {
        if (chain.Holder is not null)
        {
            StateOwner.Remember(input, attempt.Endpoint);
        }

        chain.Telemetry.RequestEnded(RequestOutcome.Success, RequestRecovery.None, attempt.StartedAt, chain.Clock);
    }

    /// <summary>The first attempt of a chain that is not in order.</summary>
    private async Task<ChatResponse> GetResponseAsync(NonStreamingAttempt attempt, CandidateCursor rest)
    {
        var timeouts = TimeoutsOf(attempt, Chain, rest, Input);
        var failure = await attempt.EndAsync(timeouts, attempt.Endpoint.Answer, Cancellation.CallToken).ConfigureAwait(false);
        if (failure is null)
        {
            TellSuccess(attempt, Chain, Input);
            return attempt.Result;
        }

        return await GetResponseAsync(attempt.Endpoint, failure, attempt.StartedAt).ConfigureAwait(false);
    }

    private async Task<ChatResponse> GetResponseAsync(Endpoint? endpoint, AttemptFailure? failure, long startedAt)
    {
        try
        {
            await RunAsync(endpoint, failure, startedAt).ConfigureAwait(false);
            Outcome = RequestOutcome.Success;
            return _response!;
        }
        finally
        {
            TellEnd();
        }
    }
}
