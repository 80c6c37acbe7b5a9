using System.Buffers;
using Microsoft.AspNetCore.Http;

namespace LlmResilience.Testing;

/// <summary>The body of a response on its way to the socket: as it is written, or one byte at a time.</summary>
internal sealed class ResponseBody(HttpResponse response, bool isByteByByte) : IBufferWriter<byte>
{
    private readonly ArrayBufferWriter<byte>? _held = isByteByByte ? new() : null;

    private IBufferWriter<byte> Buffer => _held ?? (IBufferWriter<byte>)response.BodyWriter;

    public void Advance(int count) => Buffer.Advance(count);

    public Memory<byte> GetMemory(int sizeHint = 0) => Buffer.GetMemory(sizeHint);

    public Span<byte> GetSpan(int sizeHint = 0) => Buffer.GetSpan(sizeHint);

    /// <summary>Writes in one piece: once the client has left, Kestrel gives no room but what it is asked for.</summary>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(GetSpan(bytes.Length));
        Advance(bytes.Length);
    }

    public async ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        for (var i = 0; i < _held?.WrittenCount; i++)
        {
            await response.BodyWriter.WriteAsync(_held.WrittenMemory.Slice(i, 1), cancellationToken).ConfigureAwait(false);
        }

        _held?.ResetWrittenCount();
        await response.BodyWriter.FlushAsync(cancellationToken).ConfigureAwait(false);
    }
}
