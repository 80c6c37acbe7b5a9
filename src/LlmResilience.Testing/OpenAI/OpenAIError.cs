using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace LlmResilience.Testing;

/// <summary>An error in the shape in which OpenAI and its likes send it.</summary>
internal sealed record OpenAIError(string Message, string? Code = null, string? Param = null)
{
    public Task WriteAsync(HttpContext http, int status) => JsonBody.WriteAsync(http, status, writer => Write(writer, status));

    public string ToJson(int status) => JsonBody.ToString(writer => Write(writer, status));

    private void Write(Utf8JsonWriter writer, int status)
    {
        writer.WriteStartObject("error");
        writer.WriteString("message", Message);
        writer.WriteString("type", TypeOf(status));
        writer.WriteString("param", Param);
        writer.WriteString("code", Code);
        writer.WriteEndObject();
    }

    private string TypeOf(int status) => status switch
    {
        401 => "authentication_error",
        403 => "permission_error",
        429 when Code is "insufficient_quota" => "insufficient_quota",
        429 => "rate_limit_error",
        >= 500 or < 300 => "server_error",
        _ => "invalid_request_error",
    };
}
