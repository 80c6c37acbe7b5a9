using System.Globalization;
using Gateway.Protocol.Errors;
using LlmResilience;
using Microsoft.Extensions.AI;

namespace Gateway.Protocol.Answers;

/// <summary>Says in headers who answered, or failed last, and after how many attempts.</summary>
internal static class AnswerHeaders
{
    public const string Endpoint = "x-llm-endpoint";
    public const string Attempts = "x-llm-attempts";

    /// <summary>On an answer: the attempts at models that were asked before the one that gave it.</summary>
    public const string EarlierAttempts = "gateway.earlier_attempts";

    public static void Write(HttpResponse response, AnsweringEndpoint? answer, AdditionalPropertiesDictionary? properties)
    {
        if (answer is not null)
        {
            var earlier = properties?.TryGetValue(EarlierAttempts, out int attempts) == true ? attempts : 0;
            Write(response, answer.Name, earlier + answer.AttemptCount);
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
