using Microsoft.AspNetCore.Http;

namespace LlmResilience.Testing;

/// <summary>One message on its way through the server.</summary>
/// <param name="Http">The HTTP request.</param>
/// <param name="Message">What will be answered.</param>
/// <param name="Body">Where the response is written.</param>
/// <param name="Gate">Asks the fault, if there is one.</param>
internal sealed record AnthropicExchange(HttpContext Http, AnthropicMessage Message, ResponseBody Body, FaultGate Gate)
{
    /// <summary>Sends the headers ahead of the body.</summary>
    public async Task StartAsync(string contentType)
    {
        Http.Response.ContentType = contentType;
        await Http.Response.StartAsync(Http.RequestAborted).ConfigureAwait(false);
        await Http.Response.BodyWriter.FlushAsync(Http.RequestAborted).ConfigureAwait(false);
    }
}
