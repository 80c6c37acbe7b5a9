using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace LlmResilience.Testing;

/// <summary>Errors in the shape in which Anthropic sends them.</summary>
internal static class AnthropicError
{
    public static Task WriteAsync(HttpContext http, int status, string message)
    {
        var json = Encoding.UTF8.GetBytes(Create(TypeOf(status), message).ToJsonString());
        JsonBody.SetHead(http.Response, status, json.Length);
        return http.Response.BodyWriter.WriteAsync(json, CancellationToken.None).AsTask();
    }

    public static JsonObject Create(string type, string message) => new()
    {
        ["type"] = "error",
        ["error"] = new JsonObject { ["type"] = type, ["message"] = message },
        ["request_id"] = "req_simulated",
    };

    public static string TypeOf(int status) => status switch
    {
        401 => "authentication_error",
        402 => "billing_error",
        403 => "permission_error",
        404 => "not_found_error",
        413 => "request_too_large",
        429 => "rate_limit_error",
        504 => "timeout_error",
        529 => "overloaded_error",
        >= 500 => "api_error",
        _ => "invalid_request_error",
    };
}
