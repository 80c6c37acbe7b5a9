using System.Globalization;
using Gateway.Protocol.Errors;
using LlmResilience;

namespace Gateway.Protocol.Answers;

/// <summary>Says in headers who answered, or failed last, and after how many attempts.</summary>
internal static class AnswerHeaders
{
    public const string Endpoint = "x-llm-endpoint";
    public const string Attempts = "x-llm-attempts";

    public static void Write(HttpResponse response, AnsweringEndpoint? answer)
    {
        if (answer is not null)
        {
            Write(response, answer.Name, answer.AttemptCount);
        }
    }

    public static void Write(HttpResponse response, GatewayError error)
    {
        if (error.Attempts is [.., var last])
        {
            Write(response, last.EndpointName, error.Attempts.Count);
        }
    }

    private static void Write(HttpResponse response, string endpoint, int attempts)
    {
        // A wildcard endpoint's name is whatever the request called its model; a header holds visible ASCII.
        response.Headers[Endpoint] = endpoint.All(letter => letter is >= ' ' and <= '~') ? endpoint : Uri.EscapeDataString(endpoint);
        response.Headers[Attempts] = attempts.ToString(CultureInfo.InvariantCulture);
    }
}
