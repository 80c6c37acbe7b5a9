using System.ClientModel;

namespace LlmResilience.OpenAI;

/// <summary>A request's body that lies in several places of the memory, and is sent from there.</summary>
internal sealed class PiecedContent(ReadOnlyMemory<byte>[] pieces) : BinaryContent
{
    public override bool TryComputeLength(out long length)
    {
        length = 0;
        foreach (var piece in pieces)
        {
            length += piece.Length;
        }

        return true;
    }

    public override void WriteTo(Stream stream, CancellationToken cancellationToken = default)
    {
        foreach (var piece in pieces)
        {
            cancellationToken.ThrowIfCancellationRequested();
            stream.Write(piece.Span);
        }
    }

    public override async Task WriteToAsync(Stream stream, CancellationToken cancellationToken = default)
    {
        foreach (var piece in pieces)
        {
            await stream.WriteAsync(piece, cancellationToken).ConfigureAwait(false);
        }
    }

    // It has nothing but memory, which an attempt that was given up may still read.
    public override void Dispose()
    {
    }
}
