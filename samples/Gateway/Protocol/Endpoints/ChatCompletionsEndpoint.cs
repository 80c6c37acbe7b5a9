using Gateway.Models;
using Gateway.Protocol.Answers;
using Gateway.Protocol.Errors;
using Gateway.Protocol.Lifetime;
using Gateway.Protocol.Requests;

namespace Gateway.Protocol.Endpoints;

/// <summary><c>POST /v1/chat/completions</c>.</summary>
internal static class ChatCompletionsEndpoint
{
    public static async Task HandleAsync(HttpContext context, IModels models, GracePeriod grace)
    {
        var request = await ChatCompletionReader.ReadAsync(context.Request);
        var client = models.GetClient(request.Model, request.Fallbacks);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, grace.Ended);
        try
        {
            if (request.Stream)
            {
                var stream = client.GetStreamingResponseAsync(request.Messages, request.Options, ended.Token);
                await StreamedAnswer.WriteAsync(context.Response, stream, request, grace.Ended);
            }
            else
            {
                var response = await client.GetResponseAsync(request.Messages, request.Options, ended.Token);
                await WholeAnswer.WriteAsync(context.Response, response, request.Model);
            }
        }
        catch (OperationCanceledException) when (grace.Ended.IsCancellationRequested && !context.RequestAborted.IsCancellationRequested)
        {
            throw new RequestException(GatewayError.Stopping);
        }
    }
}
