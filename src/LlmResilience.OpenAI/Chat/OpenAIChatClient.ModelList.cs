using System.ClientModel;
using System.ClientModel.Primitives;

namespace LlmResilience.OpenAI;

internal sealed partial class OpenAIChatClient
{
    // A compatible server need not have such a list; that it says so is an answer.
    private static readonly int[] NoSuchList = [404, 405, 501];

    /// <summary>Asks for <c>GET /models</c> as the SDK asks for chats: with its pipeline, its credentials and its exceptions.</summary>
    public async Task RequestModelListAsync(CancellationToken cancellationToken)
    {
        var address = new UriBuilder(_endpoint);
        address.Path = address.Path.TrimEnd('/') + "/models";
        using var message = _client.Pipeline.CreateMessage();
        message.Apply(new RequestOptions { CancellationToken = cancellationToken });
        message.Request.Method = "GET";
        message.Request.Uri = address.Uri;
        message.Request.Headers.Set("Accept", "application/json");
        await _client.Pipeline.SendAsync(message).ConfigureAwait(false);
        if (message.Response is { IsError: true } response && !NoSuchList.Contains(response.Status))
        {
            throw await ClientResultException.CreateAsync(message.ExtractResponse()!).ConfigureAwait(false);
        }
    }
}
