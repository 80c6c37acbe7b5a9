using LlmResilience.Testing;

namespace LlmResilience.Faults.Tests.Matrix;

internal sealed partial class FaultCatalog
{
    public static FaultCatalog Anthropic { get; } = new(
        new("pings", "stop reason", "message_stop", ["overloaded_error", "api_error", "rate_limit_error", "invalid_request_error"]),
    [
        new("400 `invalid_request_error`", SimulatedFault.Status(400)),
        new("400, the prompt is too long", SimulatedFault.Status(400, message: "prompt is too long: 2 tokens > 1 maximum")),
        new("400, blocked by the content filter", SimulatedFault.Status(400, message: "Output blocked by content filtering policy")),
        new("400, the credit balance is too low", SimulatedFault.Status(400, message: "Your credit balance is too low to access the Anthropic API.")),
        new("400, the model does not support it", SimulatedFault.Status(400, message: "This model does not support effort level 'xhigh'.")),
        new("401 `authentication_error`", SimulatedFault.Status(401)),
        new("402 `billing_error`", SimulatedFault.Status(402)),
        new("403 `permission_error`", SimulatedFault.Status(403)),
        new("404 `not_found_error`", SimulatedFault.Status(404)),
        new("408", SimulatedFault.Status(408)),
        new("409", SimulatedFault.Status(409)),
        new("413 `request_too_large`", SimulatedFault.Status(413)),
        new("422", SimulatedFault.Status(422)),
        new("429 `rate_limit_error`", SimulatedFault.Status(429)),
        new("429 `rate_limit_error`, `Retry-After: 7`", SimulatedFault.Status(429, headers: RetryAfter)),
        new("500 `api_error`", SimulatedFault.Status(500)),
        new("502 with a web page", SimulatedFault.CustomResponse(502, "<html>Bad gateway</html>")),
        new("503", SimulatedFault.Status(503)),
        new("503, `Retry-After: 7`", SimulatedFault.Status(503, headers: RetryAfter)),
        new("504 `timeout_error`", SimulatedFault.Status(504)),
        new("529 `overloaded_error`", SimulatedFault.Status(529)),
        new("529 `overloaded_error`, `Retry-After: 7`", SimulatedFault.Status(529, headers: RetryAfter)),
    ]);
}
