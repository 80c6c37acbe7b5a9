using System.Globalization;
using Gateway.Protocol.Answers;

namespace Gateway.Protocol.Errors;

/// <summary>Sends errors as responses in OpenAI's shape, whoever raised them.</summary>
internal static partial class ErrorResponses
{
    public static void UseOpenAIErrors(this WebApplication app)
    {
        app.UseStatusCodePages(pages => WriteAsync(pages.HttpContext, new GatewayError(
            pages.HttpContext.Response.StatusCode,
            $"There is no {pages.HttpContext.Request.Method} {pages.HttpContext.Request.Path} here.",
            "invalid_request_error")));
        app.Use(async (context, next) =>
        {
            try
            {
                await next(context);
            }
            catch (Exception) when (context.RequestAborted.IsCancellationRequested)
            {
                // Nobody is there to be told. The provider's request has been cancelled.
                context.Abort();
            }
            catch (Exception exception) when (!context.Response.HasStarted)
            {
                var error = ErrorReader.Read(exception);
                Failed(app.Logger, error.Status, error.Code, exception.GetType().Name);
                await WriteAsync(context, error);
            }
        });
    }

    private static Task WriteAsync(HttpContext context, GatewayError error)
    {
        var response = context.Response;
        response.StatusCode = error.Status;
        response.ContentType = AnswerJson.ContentType;
        AnswerHeaders.Write(response, error);
        if (error.RetryAfter is { } wait)
        {
            response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        }

        return response.Body.WriteAsync(AnswerJson.Serialize(error.ToJson()), context.RequestAborted).AsTask();
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Answered with status {Status}, code {Code} ({Exception})")]
    private static partial void Failed(ILogger logger, int status, string? code, string exception);
}
