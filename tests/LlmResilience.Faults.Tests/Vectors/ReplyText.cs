using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using LlmResilience.TestUtils;

namespace LlmResilience.Faults.Tests.Vectors;

/// <summary>A reply as it goes over the wire.</summary>
internal static class ReplyText
{
    public static byte[] Of(JsonObject reply, DateTimeOffset now)
    {
        var events = reply["stream"]?.AsArray().Select(item => (string)item! + "\n\n");
        var body = FailureReplies.Fill(events is null ? (string?)reply["body"] ?? "" : string.Concat(events), now);
        var text = new StringBuilder($"HTTP/1.1 {(int)reply["status"]!} X\r\nContent-Type: {(events is null ? TypeOf(body) : "text/event-stream")}\r\nConnection: close\r\n");
        foreach (var (name, value) in reply["headers"]?.AsObject() ?? [])
        {
            text.Append(CultureInfo.InvariantCulture, $"{name}: {FailureReplies.Fill((string)value!, now)}\r\n");
        }

        return [.. Encoding.UTF8.GetBytes($"{text}Content-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n"), .. Encoding.UTF8.GetBytes(body)];
    }

    private static string TypeOf(string body) => body.TrimStart() switch
    {
        ['{' or '[', ..] => "application/json",
        ['<', ..] => "text/html",
        _ => "text/plain",
    };
}
