using Microsoft.Extensions.AI;

namespace LlmResilience.Faults.Tests.Matrix;

/// <summary>All that the app sees of one request.</summary>
/// <param name="Text">The text that it was handed, whether the request then failed or not.</param>
/// <param name="FinishReason">The finish reason, if one came.</param>
/// <param name="Endpoint">Who answered.</param>
/// <param name="HasCall">Whether any part of a tool call surfaced.</param>
/// <param name="Tokens">In how many pieces the text came.</param>
/// <param name="Exception">What was thrown.</param>
internal sealed record AppView(string Text, ChatFinishReason? FinishReason, string? Endpoint, bool HasCall, int Tokens, Exception? Exception)
{
    public static async Task<AppView> AskAsync(IChatClient client, bool streaming)
    {
        List<ChatResponseUpdate> updates = [];
        string? endpoint = null;
        Exception? exception = null;
        try
        {
            if (streaming)
            {
                await foreach (var update in client.GetStreamingResponseAsync("Say something nice."))
                {
                    endpoint ??= update.GetLlmEndpoint()?.Name;
                    updates.Add(update);
                }
            }
            else
            {
                var response = await client.GetResponseAsync("Say something nice.");
                endpoint = response.GetLlmEndpoint()?.Name;
                updates.AddRange(response.ToChatResponseUpdates());
            }
        }
        catch (Exception thrown)
        {
            exception = thrown;
        }

        return new AppView(
            string.Concat(updates.Select(update => update.Text)),
            updates.Find(update => update.FinishReason is not null)?.FinishReason,
            endpoint,
            updates.Exists(update => update.Contents.Any(content => content is FunctionCallContent)),
            updates.Count(update => update.Text.Length > 0),
            exception);
    }
}
