using Microsoft.AspNetCore.Http;

namespace LlmResilience.Testing;

/// <summary>What a fault may know of the request that it spoils.</summary>
internal sealed class FaultContext(HttpContext http, TimeProvider timeProvider)
{
    public HttpContext Http => http;

    public TimeProvider TimeProvider => timeProvider;

    public CancellationToken Disconnected => http.RequestAborted;

    /// <summary>Never completes; throws when the app disconnects or the server goes down.</summary>
    public async ValueTask<FaultVerdict> HangAsync()
    {
        await Task.Delay(Timeout.InfiniteTimeSpan, timeProvider, Disconnected).ConfigureAwait(false);
        return FaultVerdict.Cut;
    }
}
