using System.Diagnostics;
using Microsoft.Extensions.AI;

namespace LlmResilience.Load.Sides;

/// <summary>An <see cref="IChatClient"/>: the package's own over the SDK, with the library around it or without.</summary>
internal sealed class ChatClientSide(IChatClient client) : Side
{
    private static readonly List<ChatMessage> Messages = [new(ChatRole.User, Prompt)];

    public override Task CallAsync() => client.GetResponseAsync(Messages);

    public override async Task<StreamTimes> StreamAsync()
    {
        var clock = new TokenClock(Stopwatch.GetTimestamp());
        await foreach (var update in client.GetStreamingResponseAsync(Messages))
        {
            if (update.Text.Length > 0)
            {
                clock.Tick();
            }
        }

        return clock.Read();
    }
}
