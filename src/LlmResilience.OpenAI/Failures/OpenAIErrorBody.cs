using System.ClientModel.Primitives;
using System.Text.Json;

namespace LlmResilience.OpenAI;

/// <summary>Reads the error in the body of a failed response, which may be anything: a proxy's page, cut, or not there.</summary>
internal static class OpenAIErrorBody
{
    public static (string? Code, string? Type, string? Message) Read(PipelineResponse response)
    {
        try
        {
            using var document = JsonDocument.Parse(response.Content);
            var error = ErrorJson.Find(document.RootElement);
            return (ErrorJson.CodeOf(error), ErrorJson.TypeOf(error), ErrorJson.MessageOf(error));
        }
        catch (JsonException)
        {
            return default;
        }
        catch (InvalidOperationException)
        {
            // The body was never buffered, and classification is no place to wait for it.
            return default;
        }
    }
}
