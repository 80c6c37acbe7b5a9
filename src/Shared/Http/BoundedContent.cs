using System.Net;

namespace LlmResilience;

/// <summary>A response's body, read up to its bound.</summary>
internal sealed class BoundedContent : HttpContent
{
    // A length that a server only claims must not make anybody reserve as much; so much does no harm, and spares growing buffers.
    private const long LongestClaim = 1024 * 1024;

    private readonly HttpContent _inner;
    private readonly BodyBound _bound;
    private readonly long? _length;

    public BoundedContent(HttpContent inner, BodyBound bound)
    {
        _inner = inner;
        _bound = bound;
        foreach (var (name, values) in inner.Headers.NonValidated)
        {
            if (!string.Equals(name, "Content-Length", StringComparison.OrdinalIgnoreCase))
            {
                Headers.TryAddWithoutValidation(name, values);
            }
        }

        // Not of an error's body, which may end at its bound.
        _length = !bound.EndsQuietly && inner.Headers.ContentLength is <= LongestClaim and var length ? length : null;
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
        length = _length ?? 0;
        return _length is not null;
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
