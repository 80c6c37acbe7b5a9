using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace LlmResilience;

/// <summary>A request that does not stream.</summary>
internal sealed class ResponseRequest : ChainRequest
{
    private ResponseCall _started;
    private ChatResponse? _response;

    private ResponseRequest(Chain chain, IReadOnlyList<ChatMessage> messages, ChatOptions? options, CancellationToken callToken)
        : base(chain, messages, options, callToken)
    {
    }

    protected override bool IsStreaming => false;

    public static Task<ChatResponse> GetResponseAsync(Chain chain, IReadOnlyList<ChatMessage> messages, ChatOptions? options, CancellationToken callToken)
    {
        if (callToken.IsCancellationRequested || chain.Endpoints is not [var first, ..] || !first.TryAdmitHealthy(out var admission))
        {
            return new ResponseRequest(chain, messages, options, callToken).GetResponseAsync();
        }

        // The first endpoint is well, as nearly always. What it answers at once (a cache, a test) needs no request around it.
        var call = ResponseCall.Start(first, admission, chain.Clock.Now, messages, options, callToken);
        if (call.Response.IsCompletedSuccessfully && FindFault(call.Response.Result, first) is null)
        {
            call.Succeed(call.Response.Result, first.Answer, chain.Clock.Now);
            call.LetGo();
            return call.Response;
        }

        return new ResponseRequest(chain, messages, options, callToken) { _started = call }.GetResponseAsync();
    }

    protected override bool TryTakeStarted(out Endpoint endpoint, out Admission admission, out long startedAt)
    {
        (endpoint, admission, startedAt) = (_started.Endpoint, _started.Admission, _started.StartedAt);
        return endpoint is not null;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    protected override async ValueTask<AttemptFailure?> AttemptAsync(Endpoint endpoint, Admission admission, long startedAt)
    {
        var call = _started.Endpoint is null ? ResponseCall.Start(endpoint, admission, startedAt, Messages, Options, AppToken) : _started;
        _started = default;
        if (await WaitAsync(call).ConfigureAwait(false) is { } exception)
        {
            return Fail(call, exception);
        }

#pragma warning disable VSTHRD002, VSTHRD003 // It has completed.
        _response = call.Response.Result;
#pragma warning restore VSTHRD002, VSTHRD003
        if (FindFault(_response, endpoint) is { } fault)
        {
            return Fail(call, fault);
        }

        call.Succeed(_response, AnswerOf(endpoint), Chain.Clock.Now);
        return null;
    }

    private async Task<ChatResponse> GetResponseAsync()
    {
        await RunAsync().ConfigureAwait(false);
        return _response!;
    }

    private AttemptFailure Fail(in ResponseCall call, Exception exception)
    {
        var (endpoint, now) = (call.Endpoint, Chain.Clock.Now);
        var failure = ClassifyFailure(endpoint, exception);
        if (exception is ResponseTimeoutException { IsCensored: true })
        {
            endpoint.Health.Ignored(call.Admission, now);
        }
        else
        {
            endpoint.BookFailure(call.Admission, failure, now);
        }

        endpoint.Load.End();
        endpoint.Telemetry.AttemptEnded(failure.Kind, now - call.StartedAt);
        return new AttemptFailure(failure, exception);
    }

    private static UnusableResponseException? FindFault(ChatResponse? response, Endpoint endpoint)
    {
        if (response is null)
        {
            return UnusableResponseException.Empty(endpoint.Name);
        }

        switch (FirstToken.Inspect(response, out var errorCode))
        {
            case FirstTokenSignal.Error:
                return UnusableResponseException.Error(endpoint.Name, errorCode);
            case FirstTokenSignal.Preamble:
                return UnusableResponseException.Empty(endpoint.Name);
        }

        if (response.FinishReason is not null)
        {
            endpoint.SawFinishReasonInResponse();
            return null;
        }

        return endpoint.RequiresFinishReasonInResponse ? UnusableResponseException.Truncated(endpoint.Name) : null;
    }

    /// <summary>Waits for the response, and no longer than its time.</summary>
    /// <returns>What went wrong. It is not thrown, since each level of that would cost microseconds.</returns>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<Exception?> WaitAsync(ResponseCall call)
    {
        if (call.Response.IsCompleted)
        {
            call.LetGo();
            return call.Failure;
        }

        var limit = call.Endpoint.Settings.Response;
        var due = Math.Min(Deadline, limit > 0 ? call.StartedAt + limit : long.MaxValue);
        var wait = due == long.MaxValue ? Timeout.InfiniteTimeSpan : TimeSpan.FromTicks(Math.Max(0, due - Chain.Clock.Now));
        Task waiting = call.Response.WaitAsync(wait, Chain.Clock.TimeProvider, AppToken);
        await waiting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        var inTime = call.Response.IsCompleted;
        call.LetGo();
        if (inTime || waiting.IsCanceled)
        {
            return inTime ? call.Failure : new OperationCanceledException(AppToken);
        }

        // Where the request's time is over before the endpoint's, that says nothing about the endpoint. The times are compared and not the
        // clock, since timers drop fractions of a millisecond and go off a little early.
        return limit == 0 || Deadline < call.StartedAt + limit
            ? ResponseTimeoutException.For(call.Endpoint.Name, TimeLimit, isCensored: true)
            : ResponseTimeoutException.For(call.Endpoint.Name, TimeSpan.FromTicks(limit), Lateness.IsFar(Chain.Clock.Now, due, limit));
    }
}
