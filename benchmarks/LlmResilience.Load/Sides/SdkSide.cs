using System.Diagnostics;
using OpenAI.Chat;

namespace LlmResilience.Load.Sides;

/// <summary>The OpenAI SDK as an app uses it without any of us.</summary>
internal sealed class SdkSide(ChatClient client) : Side
{
    private static readonly ChatMessage[] Messages = [new UserChatMessage(Prompt)];

    public override Task CallAsync() => client.CompleteChatAsync(Messages);

    public override async Task<StreamTimes> StreamAsync()
    {
        var clock = new TokenClock(Stopwatch.GetTimestamp());
        await foreach (var update in client.CompleteChatStreamingAsync(Messages))
        {
            foreach (var part in update.ContentUpdate)
            {
                if (part.Text.Length > 0)
                {
                    clock.Tick();
                }
            }
        }

        return clock.Read();
    }
}
