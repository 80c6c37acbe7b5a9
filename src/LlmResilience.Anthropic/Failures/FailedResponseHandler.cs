namespace LlmResilience.Anthropic;

/// <summary>Keeps of a failed response what the SDK's exceptions drop: its headers.</summary>
internal sealed class FailedResponseHandler : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        var status = (int)response.StatusCode;
        await ErrorUnderSuccess.CorrectAsync(response, cancellationToken).ConfigureAwait(false);
        if (!response.IsSuccessStatusCode)
        {
            FailedResponse.Current?.Read(status, response.Headers);
        }

        return response;
    }
}
