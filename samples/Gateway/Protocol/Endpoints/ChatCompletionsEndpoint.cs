using Gateway.Models;
using Gateway.Protocol.Answers;
using Gateway.Protocol.Requests;

namespace Gateway.Protocol.Endpoints;

/// <summary><c>POST /v1/chat/completions</c>.</summary>
internal static class ChatCompletionsEndpoint
{
    public static async Task HandleAsync(HttpContext context, IModels models)
    {
        var request = await ChatCompletionReader.ReadAsync(context.Request);
        var client = models.GetClient(request.Model, request.Fallbacks);
        if (request.Stream)
        {
            var stream = client.GetStreamingResponseAsync(request.Messages, request.Options, context.RequestAborted);
            await StreamedAnswer.WriteAsync(context.Response, stream, request.Model, request.IncludeUsage);
        }
        else
        {
            var response = await client.GetResponseAsync(request.Messages, request.Options, context.RequestAborted);
            await WholeAnswer.WriteAsync(context.Response, response, request.Model);
        }
    }
}
