using System.Net.Sockets;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;

namespace LlmResilience.Testing;

/// <summary>Ends a connection in the way that is asked for, below Kestrel, which knows only one.</summary>
internal static class ConnectionEnd
{
    private static readonly TimeSpan LongestGoodbye = TimeSpan.FromSeconds(5);

    /// <summary>Ends it if that is what a fault wants.</summary>
    public static async Task ApplyAsync(HttpContext http, FaultVerdict verdict)
    {
        switch (verdict)
        {
            case FaultVerdict.Cut:
                await CloseAsync(http).ConfigureAwait(false);
                break;
            case FaultVerdict.Reset or FaultVerdict.Refuse:
                Reset(http);
                break;
        }
    }

    /// <summary>Closes it as a process does that ends in order (FIN): the client reads all that was sent, and then an end where none may be.</summary>
    private static async Task CloseAsync(HttpContext http)
    {
        if (SocketOf(http) is { } socket)
        {
            Try(() => socket.Shutdown(SocketShutdown.Send));

            // An abort now could overtake the end; the client closes its side when it has seen it.
            await Task.Delay(LongestGoodbye, http.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        http.Abort();
    }

    /// <summary>Resets it (RST).</summary>
    private static void Reset(HttpContext http)
    {
        if (SocketOf(http) is { } socket)
        {
            Try(() => socket.Close(timeout: 0));
        }

        http.Abort();
    }

    private static Socket? SocketOf(HttpContext http) => http.Features.Get<IConnectionSocketFeature>()?.Socket;

    private static void Try(Action action)
    {
        try
        {
            action();
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The client was faster.
        }
    }
}
