namespace LlmResilience;

/// <summary>Bounds what is read of every response.</summary>
internal sealed class BoundedResponseHandler(ResponseBounds bounds) : DelegatingHandler
{
    public BoundedResponseHandler()
        : this(ResponseBounds.Default)
    {
    }

    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
        => Bound(base.Send(request, cancellationToken));

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        => Bound(await base.SendAsync(request, cancellationToken).ConfigureAwait(false));

    private HttpResponseMessage Bound(HttpResponseMessage response)
    {
        response.Content = new BoundedContent(response.Content, BoundOf(response));
        return response;
    }

    private BodyBound BoundOf(HttpResponseMessage response)
    {
        if (response.IsSuccessStatusCode)
        {
            // A whole answer is one line, however long.
            var isWhole = response.Content.Headers.ContentType?.MediaType is "application/json";
            return new(bounds.AnswerLength, isWhole ? long.MaxValue : bounds.LineLength, EndsQuietly: false);
        }

        // What the app did wrong is told by the status, and some servers quote the whole prompt in their refusal: that must not look like
        // a fault of theirs. A server that fails by itself and finds no end is broken in any case.
        return new(bounds.ErrorLength, long.MaxValue, EndsQuietly: (int)response.StatusCode < 500);
    }
}
