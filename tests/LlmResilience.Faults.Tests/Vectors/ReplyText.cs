using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace LlmResilience.Faults.Tests.Vectors;

/// <summary>A reply as it goes over the wire.</summary>
internal static partial class ReplyText
{
    public static byte[] Of(JsonObject reply, DateTimeOffset now)
    {
        var events = reply["stream"]?.AsArray().Select(item => (string)item! + "\n\n");
        var body = Fill(events is null ? (string?)reply["body"] ?? "" : string.Concat(events), now);
        var text = new StringBuilder($"HTTP/1.1 {(int)reply["status"]!} X\r\nContent-Type: {(events is null ? TypeOf(body) : "text/event-stream")}\r\nConnection: close\r\n");
        foreach (var (name, value) in reply["headers"]?.AsObject() ?? [])
        {
            text.Append(CultureInfo.InvariantCulture, $"{name}: {Fill((string)value!, now)}\r\n");
        }

        return [.. Encoding.UTF8.GetBytes($"{text}Content-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n"), .. Encoding.UTF8.GetBytes(body)];
    }

    private static string TypeOf(string body) => body.TrimStart() switch
    {
        ['{' or '[', ..] => "application/json",
        ['<', ..] => "text/html",
        _ => "text/plain",
    };

    private static string Fill(string text, DateTimeOffset now) => Later().Replace(text, match =>
    {
        var then = now.AddSeconds(double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture));
        return match.Groups[2].Value switch
        {
            "http-date" => then.ToString("r", CultureInfo.InvariantCulture),
            "rfc3339" => then.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture),
            "unix" => then.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture),
            "unix-ms" => then.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture),
            var other => throw new NotSupportedException(other),
        };
    });

    [GeneratedRegex(@"\{\{now\+([0-9.]+)s\|([a-z0-9-]+)\}\}")]
    private static partial Regex Later();
}
