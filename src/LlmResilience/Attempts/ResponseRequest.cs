using Microsoft.Extensions.AI;

namespace LlmResilience;

/// <summary>A request that does not stream.</summary>
internal sealed class ResponseRequest(Chain chain, IReadOnlyList<ChatMessage> messages, ChatOptions? options, CancellationToken callToken)
    : ChainRequest(chain, messages, options, streaming: false, callToken)
{
    private ChatResponse? _response;

    public async Task<ChatResponse> GetResponseAsync()
    {
        await RunAsync().ConfigureAwait(false);
        return _response!;
    }

    protected override async ValueTask<AttemptFailure?> AttemptAsync(Endpoint endpoint, Admission admission, long startedAt)
    {
        endpoint.Load.Begin();
        FailureKind? outcome = null;
        try
        {
            var response = await CallAsync(endpoint, startedAt).ConfigureAwait(false);
            _response = Check(response, endpoint);
            var now = Chain.Clock.Now;
            endpoint.BookSuccess(ref admission, now);
            endpoint.Load.RecordFirstToken(now - startedAt);
            response.SetLlmEndpoint(AnswerOf(endpoint));
            return null;
        }
#pragma warning disable CA1031 // Every exception of the client is classified.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            var failure = ClassifyFailure(endpoint, exception);
            outcome = failure.Kind;
            var now = Chain.Clock.Now;
            if (exception is ResponseTimeoutException { IsCensored: true })
            {
                endpoint.Health.Ignored(admission, now);
            }
            else
            {
                endpoint.BookFailure(admission, failure, now);
            }

            return new AttemptFailure(failure, exception);
        }
        finally
        {
            endpoint.Load.End();
            endpoint.Telemetry.AttemptEnded(outcome, Chain.Clock.Now - startedAt);
        }
    }

    private static ChatResponse Check(ChatResponse? response, Endpoint endpoint)
    {
        if (response is null)
        {
            throw UnusableResponseException.Empty(endpoint.Name);
        }

        switch (FirstToken.Inspect(response, out var errorCode))
        {
            case FirstTokenSignal.Error:
                throw UnusableResponseException.Error(endpoint.Name, errorCode);
            case FirstTokenSignal.Preamble:
                throw UnusableResponseException.Empty(endpoint.Name);
        }

        if (response.FinishReason is not null)
        {
            endpoint.SawFinishReasonInResponse();
        }
        else if (endpoint.RequiresFinishReasonInResponse)
        {
            throw UnusableResponseException.Truncated(endpoint.Name);
        }

        return response;
    }

    private async ValueTask<ChatResponse> CallAsync(Endpoint endpoint, long startedAt)
    {
        // The client's token is this attempt's own: it is disposed only when the client has let go.
        var cancellation = CancellationTokenSource.CreateLinkedTokenSource(AppToken);
        Task<ChatResponse> call;
        try
        {
            call = endpoint.Client.GetResponseAsync(Messages, endpoint.OptionsFor(Options), cancellation.Token);
        }
        catch
        {
            cancellation.Dispose();
            throw;
        }

        if (call.IsCompleted)
        {
            cancellation.Dispose();
            return await call.ConfigureAwait(false);
        }

        var limit = endpoint.Settings.Response;
        var due = Math.Min(Deadline, limit > 0 ? startedAt + limit : long.MaxValue);
        var wait = due == long.MaxValue ? Timeout.InfiniteTimeSpan : TimeSpan.FromTicks(Math.Max(0, due - Chain.Clock.Now));
        try
        {
            return await call.WaitAsync(wait, Chain.Clock.TimeProvider, AppToken).ConfigureAwait(false);
        }
        catch (TimeoutException) when (!call.IsCompleted)
        {
            // Where the request's time is over before the endpoint's, that says nothing about the endpoint. The times are compared and not
            // the clock, since timers drop fractions of a millisecond and go off a little early.
            throw limit == 0 || Deadline < startedAt + limit
                ? ResponseTimeoutException.For(endpoint.Name, TimeLimit, isCensored: true)
                : ResponseTimeoutException.For(endpoint.Name, TimeSpan.FromTicks(limit), Lateness.IsFar(Chain.Clock.Now, due, limit));
        }
        finally
        {
            LetGo(endpoint, call, cancellation);
        }
    }

    private static void LetGo(Endpoint endpoint, Task call, CancellationTokenSource cancellation)
    {
        if (call.IsCompleted)
        {
            cancellation.Dispose();
            return;
        }

        endpoint.Load.BeginOrphan();
        _ = EndOrphanAsync(endpoint, call, cancellation);
        if (cancellation.CancelQuietly() is { } exception)
        {
            endpoint.Telemetry.CleanUpFailed(exception);
        }
    }

    private static async Task EndOrphanAsync(Endpoint endpoint, Task call, CancellationTokenSource cancellation)
    {
        await call.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellation.Dispose();
        endpoint.Load.EndOrphan();
    }
}
