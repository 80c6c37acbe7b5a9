using System.Runtime.CompilerServices;
using LlmResilience.Endpoints;
using LlmResilience.Health;
using LlmResilience.Utilities;
using Microsoft.Extensions.AI;

namespace LlmResilience.Attempts;

/// <summary>A call that does not stream, under way at one endpoint, with its own cancellation.</summary>
/// <remarks>
/// A struct, since the first attempt, which nearly always is the only one, needs nothing around it. It is handed on from one step to the
/// next and never shared: only the wait for the response may be ended by others, the timer and the app's token.
/// </remarks>
internal struct NonStreamingAttempt
{
    private AttemptBooking _booking;

    // The client's token is this attempt's own: it is disposed only when the client has let go.
    private readonly CancellationTokenSource _cancellation;

    private NonStreamingAttempt(in AttemptBooking booking, CancellationTokenSource cancellation, Task<ChatResponse> response)
    {
        _booking = booking;
        _cancellation = cancellation;
        Response = response;
    }

    /// <summary>What the client returned; what it threw instead is in it as well.</summary>
    public Task<ChatResponse> Response { get; }

    public readonly Endpoint Endpoint => _booking.Endpoint;

    public readonly long StartedAt => _booking.StartedAt;

    /// <summary>The response is there and right, so that nothing needs to be waited for.</summary>
    public readonly bool IsAnswered => Response.IsCompletedSuccessfully && FindFault(Result, Endpoint) is null;

    /// <summary>What a response that has completed is.</summary>
#pragma warning disable VSTHRD002 // It has completed.
    public readonly ChatResponse Result => Response.Result;
#pragma warning restore VSTHRD002

    public static NonStreamingAttempt Start(
        Endpoint endpoint, in Admission admission, long startedAt, IReadOnlyList<ChatMessage> messages, ChatOptions? options, CancellationToken appToken)
    {
        var booking = AttemptBooking.Begin(endpoint, admission, startedAt, isStreaming: false);
        var cancellation = appToken.CanBeCanceled ? CancellationTokenSource.CreateLinkedTokenSource(appToken) : new CancellationTokenSource();
        Task<ChatResponse> response;
        try
        {
            response = endpoint.Client.GetResponseAsync(endpoint.MessagesFor(messages), endpoint.OptionsFor(options), cancellation.Token)
                ?? throw new InvalidDataException($"The client of endpoint '{endpoint.Name}' returned a null task.");
        }
#pragma warning disable CA1031 // Whatever the client throws is classified, as what its task holds is.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            response = Task.FromException<ChatResponse>(exception);
        }

        return new NonStreamingAttempt(booking, cancellation, response);
    }

    /// <summary>Waits for the response, no longer than its time, lets go of the client, and books what became of it.</summary>
    /// <param name="timeouts">The clock.</param>
    /// <param name="answer">What a right response says of where it comes from.</param>
    /// <param name="appToken">The app's token.</param>
    /// <returns>What went wrong. It is not thrown, since each level of that would cost microseconds.</returns>
    public readonly ValueTask<AttemptFailure?> EndAsync(in ResponseTimeouts timeouts, AnsweringEndpoint answer, CancellationToken appToken)
        => EndAsync(this, timeouts, answer, appToken);

    /// <summary>Books a response that was found right.</summary>
    public void Succeed(AnsweringEndpoint answer)
    {
        _booking.Succeed(Endpoint.Clock.Now);
        Result.SetLlmEndpoint(answer);
        SignedReasoning.Stamp(Result, Endpoint.Name);
        Endpoint.States.Note(Result, Endpoint);
    }

    /// <summary>Lets go of the client, which may not be done.</summary>
    public readonly void Release()
    {
        if (Response.IsCompleted)
        {
            // It may have failed in the moment in which the wait for it ended, and then nobody has looked.
            _ = Response.Exception;
            _cancellation.Dispose();
            return;
        }

        Endpoint.Load.BeginAbandoned();
        _ = EndAbandonedAsync(this);
        ClientRelease.Cancel(Endpoint, _cancellation);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private static async ValueTask<AttemptFailure?> EndAsync(
        NonStreamingAttempt attempt, ResponseTimeouts timeouts, AnsweringEndpoint answer, CancellationToken appToken)
    {
        var (endpoint, response) = (attempt.Endpoint, attempt.Response);
        while (!response.IsCompleted)
        {
            timeouts.Set(endpoint, attempt.StartedAt);
            attempt._booking.HoldProbe(timeouts.Due);
            Task waiting = response.WaitAsync(UntilDue(timeouts.Due, endpoint.Clock), endpoint.Clock.TimeProvider, appToken);
            await waiting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (response.IsCompleted)
            {
                break;
            }

            var isLate = false;
            var overdue = waiting.IsCanceled ? AttemptFailure.Canceled(appToken) : timeouts.GoOff(endpoint, attempt.StartedAt, out isLate);
            if (overdue is not null)
            {
                return attempt.Fail(overdue);
            }

            if (isLate)
            {
                attempt._booking.ResponseIsLate(endpoint.Clock.Now);
            }
        }

        if (attempt.FindFailure(appToken) is { } failure)
        {
            return attempt.Fail(failure);
        }

        attempt.Release();
        attempt.Succeed(answer);
        return null;
    }

    private AttemptFailure Fail(AttemptFailure failure)
    {
        Release();
        _booking.Fail(failure, Endpoint.Clock.Now);
        return failure;
    }

    private static TimeSpan UntilDue(long due, MonotonicClock clock)
        => due == long.MaxValue ? Timeout.InfiniteTimeSpan : TimeSpan.FromTicks(Math.Max(0, due - clock.Now));

    private static async Task EndAbandonedAsync(NonStreamingAttempt attempt)
    {
        await ((Task)attempt.Response).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        attempt._cancellation.Dispose();
        attempt.Endpoint.Load.EndAbandoned();
    }

    private static UnusableResponseException? FindFault(ChatResponse? response, Endpoint endpoint)
    {
        if (response is null)
        {
            return UnusableResponseException.Empty(endpoint.Name);
        }

        switch (FirstTokenDetector.Inspect(response, out var error))
        {
            case FirstTokenSignal.Error:
                return UnusableResponseException.Error(endpoint, error!);
            case FirstTokenSignal.Preamble:
                return UnusableResponseException.Empty(endpoint.Name);
        }

        if (response.FinishReason is { } finishReason)
        {
            if (PartialAnswer.Teaches(finishReason))
            {
                endpoint.Habits.SawFinishReasonInResponse();
            }

            return null;
        }

        if (BackgroundResponses.HasToken(response))
        {
            return null;
        }

        return endpoint.RequiresFinishReasonInResponse ? UnusableResponseException.Truncated(endpoint.Name) : null;
    }

    /// <summary>What a response that has completed failed with, or what is wrong with it.</summary>
    private readonly AttemptFailure? FindFailure(CancellationToken appToken)
    {
        var exception = Response switch
        {
            { Exception: { } thrown } => thrown.InnerException ?? thrown,
            { IsCanceled: true } => new TaskCanceledException(Response),
            _ => FindFault(Result, Endpoint),
        };
        if (exception is null)
        {
            return null;
        }

        return appToken.IsCancellationRequested
            ? AttemptFailure.Canceled(appToken)
            : AttemptFailure.BeforeCommit(Endpoint, exception, isStreaming: false);
    }
}
