using Microsoft.Extensions.AI;

namespace LlmResilience;

/// <summary>A call that does not stream, under way at one endpoint, with its own cancellation.</summary>
internal readonly struct ResponseCall
{
    private ResponseCall(Endpoint endpoint, Admission admission, long startedAt, CancellationTokenSource cancellation, Task<ChatResponse> response)
    {
        Endpoint = endpoint;
        Admission = admission;
        StartedAt = startedAt;
        Cancellation = cancellation;
        Response = response;
    }

    public Endpoint Endpoint { get; }

    public Admission Admission { get; }

    public long StartedAt { get; }

    /// <summary>The client's token is this attempt's own: it is disposed only when the client has let go.</summary>
    public CancellationTokenSource Cancellation { get; }

    /// <summary>What the client returned; what it threw instead is in it as well.</summary>
    public Task<ChatResponse> Response { get; }

    /// <summary>What a response that has completed is.</summary>
#pragma warning disable VSTHRD002 // It has completed.
    public ChatResponse Result => Response.Result;
#pragma warning restore VSTHRD002

    /// <summary>What a completed response failed with, if it did.</summary>
    public Exception? Failure => Response.Exception is { } exception ? exception.InnerException ?? exception
        : Response.IsCanceled ? new TaskCanceledException(Response)
        : null;

    public static ResponseCall Start(
        Endpoint endpoint, in Admission admission, long startedAt, IReadOnlyList<ChatMessage> messages, ChatOptions? options, CancellationToken appToken)
    {
        endpoint.Load.Begin();
        var cancellation = appToken.CanBeCanceled ? CancellationTokenSource.CreateLinkedTokenSource(appToken) : new CancellationTokenSource();
        Task<ChatResponse> response;
        try
        {
            response = endpoint.Client.GetResponseAsync(messages, endpoint.OptionsFor(options), cancellation.Token)
                ?? throw new InvalidDataException($"The client of endpoint '{endpoint.Name}' returned a null task.");
        }
#pragma warning disable CA1031 // Whatever the client throws is classified, as what its task holds is.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            response = Task.FromException<ChatResponse>(exception);
        }

        return new ResponseCall(endpoint, admission, startedAt, cancellation, response);
    }

    /// <summary>Books a response that was found right.</summary>
    public ChatResponse Succeed(AnsweringEndpoint answer, long now)
    {
        var (response, admission) = (Result, Admission);
        Endpoint.BookSuccess(ref admission, now);
        Endpoint.Load.RecordFirstToken(now - StartedAt);
        response.SetLlmEndpoint(answer);
        Endpoint.Load.End();
        Endpoint.Telemetry.AttemptEnded(outcome: null, now - StartedAt);
        return response;
    }

    /// <summary>Lets go of a client that is done.</summary>
    public void LetGo()
    {
        if (Response.IsCompleted)
        {
            // It may have failed in the moment in which the wait for it ended, and then nobody has looked.
            _ = Response.Exception;
            Cancellation.Dispose();
            return;
        }

        Endpoint.Load.BeginOrphan();
        _ = EndOrphanAsync();
        if (Cancellation.CancelQuietly() is { } exception)
        {
            Endpoint.Telemetry.CleanUpFailed(exception);
        }
    }

    private async Task EndOrphanAsync()
    {
        await ((Task)Response).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Cancellation.Dispose();
        Endpoint.Load.EndOrphan();
    }
}
