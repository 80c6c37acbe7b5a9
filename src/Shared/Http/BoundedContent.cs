using System.Net;

namespace LlmResilience;

/// <summary>A response's body, read up to its bound.</summary>
internal sealed class BoundedContent : HttpContent
{
    private readonly HttpContent _inner;
    private readonly BodyBound _bound;

    public BoundedContent(HttpContent inner, BodyBound bound)
    {
        _inner = inner;
        _bound = bound;
        foreach (var (name, values) in inner.Headers.NonValidated)
        {
            // A length that a server only claims must not make anybody reserve as much.
            if (!string.Equals(name, "Content-Length", StringComparison.OrdinalIgnoreCase))
            {
                Headers.TryAddWithoutValidation(name, values);
            }
        }
    }

    protected override Stream CreateContentReadStream(CancellationToken cancellationToken)
        => new BoundedStream(_inner.ReadAsStream(cancellationToken), _bound);

    protected override Task<Stream> CreateContentReadStreamAsync() => CreateContentReadStreamAsync(CancellationToken.None);

    protected override async Task<Stream> CreateContentReadStreamAsync(CancellationToken cancellationToken)
        => new BoundedStream(await _inner.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false), _bound);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        => SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        var body = await CreateContentReadStreamAsync(cancellationToken).ConfigureAwait(false);
        await using (body.ConfigureAwait(false))
        {
            await body.CopyToAsync(stream, cancellationToken).ConfigureAwait(false);
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _inner.Dispose();
        }

        base.Dispose(disposing);
    }
}
