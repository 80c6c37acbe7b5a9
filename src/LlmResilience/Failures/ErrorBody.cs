using System.Text;
using System.Text.Json;

namespace LlmResilience.Failures;

/// <summary>
/// Reads the error in a body, which has as many shapes as there are servers, and may be a page, a plain text, cut, or nothing. It reads the
/// fields that it knows and no others, since the others may quote the request.
/// </summary>
internal sealed class ErrorBody
{
    /// <summary>So much of a body is looked at; what explains an error stands before that.</summary>
    public const int MostBytes = 64 * 1024;

    private const int Deepest = 6;
    private const int MostItems = 8;

    // An error's own code comes before its type.
    private static readonly string[] Names = ["error_code", "errorCode", "errorcode", "code", "Code", "type", "error_type", "errorType", "__type"];
    private static readonly string[] OtherCodes = ["status", "reason", "limit_source", "statusCode", "status_code", "raw_status_code"];
    private static readonly string[] Texts =
        ["message", "Message", "msg", "detail", "error", "error_message", "error_msg", "errorMessage", "error_description", "description", "title", "faultstring", "status_msg", "raw"];

    private static readonly string[] Nested =
        ["error", "errors", "message", "detail", "details", "innererror", "inner_error", "innerError", "metadata", "response", "fault", "base_resp", "raw"];

    private readonly ErrorReport _report = new();
    private readonly DateTimeOffset _utcNow;

    private ErrorBody(DateTimeOffset utcNow) => _utcNow = utcNow;

    public static ErrorReport Read(ReadOnlySpan<byte> body, DateTimeOffset utcNow)
    {
        var isCut = body.Length > MostBytes;
        var text = Encoding.UTF8.GetString(isCut ? body[..MostBytes] : body).Trim('\uFEFF', ' ', '\r', '\n', '\t');
        var reader = new ErrorBody(utcNow);
        if (!reader.TryReadJson(text, depth: 0) && !text.StartsWith('<'))
        {
            reader._report.AddText(text);
        }

        return reader._report;
    }

    private bool TryReadJson(string text, int depth)
    {
        if (text is not ['{' or '[' or '"', ..])
        {
            return false;
        }

        try
        {
            using var document = JsonDocument.Parse(CutJson.Complete(text));
            Read(document.RootElement, depth);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private void Read(JsonElement element, int depth)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object when depth < Deepest:
                ReadObject(element, depth);
                break;
            case JsonValueKind.Array when depth < Deepest:
                foreach (var item in element.EnumerateArray().Take(MostItems))
                {
                    Read(item, depth + 1);
                }

                break;
            case JsonValueKind.String when TextOf(element) is { } text:
                ReadText(text, depth);
                break;
        }
    }

    private void ReadObject(JsonElement element, int depth)
    {
        var prefix = element.TryGetProperty("status_msg"u8, out _) ? "minimax" : "";
        foreach (var name in Names)
        {
            AddCode(element, name, prefix, isName: true);
        }

        foreach (var name in OtherCodes)
        {
            AddCode(element, name, prefix, isName: false);
        }

        _report.Parameter ??= Property(element, "param") is { ValueKind: JsonValueKind.String } param && TextOf(param) is { Length: > 0 } field && field is not "None" ? field : null;
        _report.IsFlagged |= Property(element, "flagged_input").ValueKind == JsonValueKind.String;
        _report.Wait ??= BodyWait.Read(element, _utcNow);
        foreach (var header in Properties(Property(element, "headers")))
        {
            _report.Headers.Add(new(header.Name, TextOf(header.Value) ?? ""));
        }

        foreach (var name in Texts)
        {
            if (Property(element, name) is { ValueKind: JsonValueKind.String } value && TextOf(value) is { } text)
            {
                ReadText(text, depth + 1);
            }
        }

        foreach (var name in Nested)
        {
            if (Property(element, name) is { ValueKind: JsonValueKind.Object or JsonValueKind.Array } value)
            {
                Read(value, depth + 1);
            }
        }
    }

    /// <summary>A message, in which a relay may have put the whole body of the provider behind it.</summary>
    private void ReadText(string text, int depth)
    {
        if (depth < Deepest && EmbeddedError.Find(text) is { } embedded && TryReadJson(embedded, depth + 1))
        {
            _report.AddText(text[..text.IndexOf('{', StringComparison.Ordinal)]);
            return;
        }

        _report.AddText(text);
    }

    private void AddCode(JsonElement element, string name, string prefix, bool isName)
    {
        var value = Property(element, name);
        var isCode = value.ValueKind == JsonValueKind.String || (value.ValueKind == JsonValueKind.Number && !name.Contains("type", StringComparison.OrdinalIgnoreCase));
        if (isCode && TextOf(value) is { } code)
        {
            _report.AddCode(prefix + code, isName);
        }
    }

    private static JsonElement Property(JsonElement element, string name) => element.TryGetProperty(name, out var value) ? value : default;

    private static IEnumerable<JsonProperty> Properties(JsonElement element)
        => element.ValueKind == JsonValueKind.Object ? element.EnumerateObject().Take(4 * MostItems) : [];

    private static string? TextOf(JsonElement value)
    {
        try
        {
            return value.ValueKind == JsonValueKind.String ? value.GetString() : value.GetRawText();
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair.
            return null;
        }
    }
}
