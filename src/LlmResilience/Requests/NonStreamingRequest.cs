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

    private NonStreamingRequest(Chain chain, in RequestInput input, CancellationToken callToken)
        : base(chain, input, callToken)
    {
    }

    protected override bool IsStreaming => false;

    public static Task<ChatResponse> GetResponseAsync(Chain chain, RequestInput input, CancellationToken callToken)
    {
        if (callToken.IsCancellationRequested || chain.HasLine || chain.Endpoints is not [var first, ..] || !first.TryAdmitHealthy(out var admission))
        {
            return new NonStreamingRequest(chain, input.Taken(), callToken).GetResponseAsync(endpoint: null, failure: null, chain.Clock.Now);
        }

        // The first endpoint is well, as nearly always. What it answers at once (a cache, a test) needs no request around it.
        if (!first.AnswersAtOnce)
        {
            input = input.Taken();
        }

        var attempt = NonStreamingAttempt.Start(first, admission, chain.Clock.Now, input.Messages, input.Options, callToken);
        if (attempt.IsAnswered)
        {
            first.SawAnswerAtOnce();
            attempt.Release();
            attempt.Succeed(first.Answer);
            TellSuccess(attempt, chain);
            return attempt.Response;
        }

        if (!attempt.Response.IsCompleted)
        {
            first.SawWait();
        }

        return GetResponseAsync(attempt, chain, input.Taken(), callToken);
    }

    protected override async ValueTask<AttemptFailure?> AttemptAsync(Endpoint endpoint, Admission admission, long startedAt)
    {
        var attempt = NonStreamingAttempt.Start(endpoint, admission, startedAt, Input.Messages, Input.Options, Cancellation.Token);
        var failure = await attempt.EndAsync(new ResponseTimeouts(Remaining, Deadline), AnswerOf(endpoint), Cancellation.Token).ConfigureAwait(false);
        if (failure is null)
        {
            _response = attempt.Result;
        }

        return failure;
    }

    protected override void OnEnd(bool committed)
    {
    }

    /// <summary>The first attempt, which nearly always is the only one and then needs no request around it.</summary>
    private static async Task<ChatResponse> GetResponseAsync(
        NonStreamingAttempt attempt, Chain chain, RequestInput input, CancellationToken callToken)
    {
        var timeouts = new ResponseTimeouts(BehindFirst(chain, input), chain.Settings.DeadlineOf(attempt.StartedAt));
        var failure = await attempt.EndAsync(timeouts, attempt.Endpoint.Answer, callToken).ConfigureAwait(false);
        if (failure is null)
        {
            TellSuccess(attempt, chain);
            return attempt.Result;
        }

        var request = new NonStreamingRequest(chain, input, callToken);
        return await request.GetResponseAsync(attempt.Endpoint, failure, attempt.StartedAt).ConfigureAwait(false);
    }

    private static RemainingCandidates BehindFirst(Chain chain, in RequestInput input)
    {
        var state = ProviderState.NotLookedAt;
        return chain.Endpoints.Length > 1 && ProviderStates.Look(input, ref state) != ProviderState.Known
            ? RemainingCandidates.None(chain)
            : RemainingCandidates.BehindFirst(chain);
    }

    private static void TellSuccess(in NonStreamingAttempt attempt, Chain chain)
        => chain.Telemetry.RequestEnded(RequestOutcome.Success, RequestRecovery.None, attempt.StartedAt, chain.Clock);

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
