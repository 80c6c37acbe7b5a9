using System.ClientModel;
using System.Text.Json.Nodes;
using Gateway.Protocol.Errors;
using Microsoft.Extensions.AI;

namespace Gateway.Protocol.Answers;

/// <summary>An answer in one document: the provider's own, where there is one, else made of what the library says.</summary>
internal static class WholeAnswer
{
    public static async Task WriteAsync(HttpResponse http, ChatResponse response, string model)
    {
        var contents = new AnswerContents(response.Messages.SelectMany(message => message.Contents));
        if (contents.Error is not null || response.FinishReason is null)
        {
            throw new BrokenAnswerException(contents.Error);
        }

        AnswerHeaders.Write(http, response.GetLlmEndpoint(), response.AdditionalProperties);
        http.ContentType = AnswerJson.ContentType;
        var body = response.RawRepresentation is ClientResult result
            ? result.GetRawResponse().Content.ToMemory()
            : AnswerJson.Serialize(Create(response, contents, model));
        http.ContentLength = body.Length;
        await http.Body.WriteAsync(body, http.HttpContext.RequestAborted);
    }

    private static JsonObject Create(ChatResponse response, AnswerContents contents, string model)
    {
        var message = new JsonObject { ["role"] = "assistant", ["content"] = null };
        contents.WriteTo(message);
        message.TryAdd("content", null);
        return new JsonObject
        {
            ["id"] = response.ResponseId ?? AnswerIds.Create(),
            ["object"] = "chat.completion",
            ["created"] = (response.CreatedAt ?? DateTimeOffset.UtcNow).ToUnixTimeSeconds(),
            ["model"] = response.ModelId ?? model,
            ["choices"] = new JsonArray(new JsonObject
            {
                ["index"] = 0,
                ["message"] = message,
                ["finish_reason"] = response.FinishReason!.Value.Value,
            }),
            ["usage"] = response.Usage is { } usage ? UsageJson.Create(usage) : null,
        };
    }
}
