namespace LlmResilience.OpenAI;

/// <summary>A body whose first byte that says something can be looked at before it is read.</summary>
internal sealed class PeekedStream(Stream inner) : ReadOnlyStream
{
    private readonly byte[] _start = new byte[64];
    private int _read;
    private int _given;

    /// <summary>The first byte that is no white space; 0 if there is none, or none soon.</summary>
    public async ValueTask<byte> PeekAsync(CancellationToken cancellationToken)
    {
        while (_read < _start.Length)
        {
            var count = await inner.ReadAsync(_start.AsMemory(_read), cancellationToken).ConfigureAwait(false);
            _read += count;

            // A byte order mark and spaces stand before documents.
            var rest = _start.AsSpan(0, _read).TrimStart([(byte)0xEF, (byte)0xBB, (byte)0xBF, (byte)' ', (byte)'\t', (byte)'\r', (byte)'\n']);
            if (count == 0 || rest.Length > 0)
            {
                return rest.Length > 0 ? rest[0] : (byte)0;
            }
        }

        return 0;
    }

    public override int Read(Span<byte> buffer)
    {
        var count = Give(buffer);
        return count > 0 || buffer.IsEmpty ? count : inner.Read(buffer);
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var count = Give(buffer.Span);
        return count > 0 || buffer.IsEmpty ? new(count) : inner.ReadAsync(buffer, cancellationToken);
    }

    private int Give(Span<byte> buffer)
    {
        var count = Math.Min(buffer.Length, _read - _given);
        _start.AsSpan(_given, count).CopyTo(buffer);
        _given += count;
        return count;
    }
}
