using System.Text;
using Microsoft.AspNetCore.Http;

namespace LlmResilience.Testing;

/// <summary>Lets a fault write to the wire, in the words of one provider's protocol.</summary>
internal abstract class HttpFaultContext(HttpContext http, ResponseBody body, TimeProvider timeProvider) : FaultContext(timeProvider, http.RequestAborted)
{
    protected ResponseBody Body => body;

    public sealed override async ValueTask<FaultVerdict> RespondAsync(CannedResponse response)
    {
        var bytes = Encoding.UTF8.GetBytes(response.Body);
        http.Response.StatusCode = response.Status;
        http.Response.ContentType = response.ContentType;
        http.Response.ContentLength = bytes.Length;
        foreach (var (name, value) in response.Headers ?? new Dictionary<string, string>(StringComparer.Ordinal))
        {
            http.Response.Headers[name] = value;
        }

        // Clients may leave as soon as they have the body, before this returns: that is no abort.
        await http.Response.BodyWriter.WriteAsync(bytes, CancellationToken.None).ConfigureAwait(false);
        return FaultVerdict.Answered;
    }

    protected ValueTask WriteAsync(string text)
    {
        body.Write(Encoding.UTF8.GetBytes(text));
        return body.FlushAsync(Disconnected);
    }
}
