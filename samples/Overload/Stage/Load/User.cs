using System.ClientModel;
using System.Diagnostics;
using System.Net.Sockets;
using Overload.Stage.Recording;

namespace Overload.Stage.Load;

/// <summary>A user in front of the app: reads the answer as it comes, and gives up after a while.</summary>
internal sealed class User(IApp app, Stopwatch clock, RunRecorder recorder)
{
    /// <summary>How long a user waits for the end of the answer.</summary>
    public static TimeSpan Patience { get; } = TimeSpan.FromSeconds(10);

    public async Task AskAsync(Arrival arrival, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        var sentAt = clock.Elapsed;
        TimeSpan? firstToken = null;
        string? endpoint = null;
        FailureReason? failure;
        recorder.RequestSent();
        try
        {
            var isComplete = false;
            await foreach (var part in app.AskAsync(arrival.Prompt, patience.Token))
            {
                endpoint ??= part.Endpoint;
                isComplete |= part.IsEnd;
                if (firstToken is null && part.HasText)
                {
                    firstToken = clock.Elapsed - sentAt;
                    recorder.UserSawFirstToken(firstToken.Value);
                }
            }

            failure = isComplete ? null : FailureReason.BrokenOff;
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            failure = patience.IsCancellationRequested ? FailureReason.GaveUp
                : firstToken is not null ? FailureReason.BrokenOff
                : WasRefused(exception) ? FailureReason.Refused
                : FailureReason.Lost;
        }

        recorder.RequestEnded(new RequestRecord(sentAt, clock.Elapsed, endpoint, firstToken, failure));
    }

    private static bool WasRefused(Exception? exception) => exception switch
    {
        null => false,
        SocketException socket => socket.SocketErrorCode == SocketError.ConnectionRefused,
        ClientResultException { Status: > 0 } => false,
        _ => WasRefused(exception.InnerException),
    };
}
