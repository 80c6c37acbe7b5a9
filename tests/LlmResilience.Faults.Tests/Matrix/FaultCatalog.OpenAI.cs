using LlmResilience.Testing;

namespace LlmResilience.Faults.Tests.Matrix;

internal sealed partial class FaultCatalog
{
    public static FaultCatalog OpenAI { get; } = new(
        new("keep-alive comments", "finish reason", "[DONE]", ["server_error", "context_length_exceeded", "content_filter", "unsupported_value", "rate_limit_exceeded"]),
    [
        new("400", SimulatedFault.Status(400)),
        new("400 `context_length_exceeded`", SimulatedFault.Status(400, "context_length_exceeded")),
        new("400 `content_filter`", SimulatedFault.Status(400, "content_filter")),
        new("400 `billing_hard_limit_reached`", SimulatedFault.Status(400, "billing_hard_limit_reached")),
        new("400 `unsupported_parameter`", SimulatedFault.Status(400, "unsupported_parameter")),
        new("401", SimulatedFault.Status(401)),
        new("402", SimulatedFault.Status(402)),
        new("403", SimulatedFault.Status(403)),
        new("404", SimulatedFault.Status(404)),
        new("405", SimulatedFault.Status(405)),
        new("408", SimulatedFault.Status(408)),
        new("409", SimulatedFault.Status(409)),
        new("410", SimulatedFault.Status(410)),
        new("413", SimulatedFault.Status(413)),
        new("415", SimulatedFault.Status(415)),
        new("422", SimulatedFault.Status(422)),
        new("424", SimulatedFault.Status(424)),
        new("429", SimulatedFault.Status(429)),
        new("429, `Retry-After: 7`", SimulatedFault.Status(429, headers: RetryAfter)),
        new("429 `insufficient_quota`", SimulatedFault.Status(429, "insufficient_quota")),
        new("451", SimulatedFault.Status(451)),
        new("498", SimulatedFault.Status(498)),
        new("500", SimulatedFault.Status(500)),
        new("501", SimulatedFault.Status(501)),
        new("502 with a web page", SimulatedFault.CustomResponse(502, "<html>Bad gateway</html>")),
        new("503", SimulatedFault.Status(503)),
        new("503, `Retry-After: 7`", SimulatedFault.Status(503, headers: RetryAfter)),
        new("504", SimulatedFault.Status(504)),
        new("520", SimulatedFault.Status(520)),
        new("529", SimulatedFault.Status(529)),
    ]);
}
