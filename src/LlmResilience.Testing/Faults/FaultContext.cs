namespace LlmResilience.Testing;

/// <summary>What a fault may do to the request that it spoils, over a wire or in memory.</summary>
internal abstract class FaultContext(TimeProvider timeProvider, CancellationToken disconnected)
{
    /// <summary>Cancelled when the app disconnects or cancels, or the server goes down.</summary>
    protected CancellationToken Disconnected => disconnected;

    /// <summary>Never completes; throws when the app disconnects or the server goes down.</summary>
    public async ValueTask<FaultVerdict> HangAsync()
    {
        await DelayAsync(Timeout.InfiniteTimeSpan).ConfigureAwait(false);
        return FaultVerdict.Cut;
    }

    public Task DelayAsync(TimeSpan delay) => Task.Delay(delay, timeProvider, disconnected);

    /// <summary>A whole response in place of the answer.</summary>
    public abstract ValueTask<FaultVerdict> RespondAsync(CannedResponse response);

    /// <summary>The body of an error response, in the shape of the provider's protocol.</summary>
    public abstract string ErrorJson(int status, string? code, string message);

    /// <summary>A sign of life that says nothing.</summary>
    public abstract ValueTask WriteKeepAliveAsync();

    /// <summary>An event, or a body, that is no JSON.</summary>
    public abstract ValueTask<FaultVerdict> WriteMalformedAsync();

    /// <summary>An error inside a response of status 200.</summary>
    public abstract ValueTask<FaultVerdict> WriteErrorAsync(string? code, string message);

    /// <summary>A tool call up to the middle of its arguments.</summary>
    public abstract ValueTask WriteHalfToolCallAsync();
}
