using System.Buffers;

namespace LlmResilience;

/// <summary>The text that a stream has handed out, kept in a pooled buffer in case the stream breaks.</summary>
internal struct PartialText
{
    private const int FirstBuffer = 128;

    private char[]? _buffer;
    private int _length;

    public void Append(string text)
    {
        var buffer = _buffer;
        if (buffer is null || text.Length > buffer.Length - _length)
        {
            buffer = Grow(text.Length);
        }

        text.CopyTo(buffer.AsSpan(_length));
        _length += text.Length;
    }

    public override readonly string ToString() => _buffer is null ? "" : new string(_buffer, 0, _length);

    public void Release()
    {
        if (_buffer is { } buffer)
        {
            _buffer = null;
            _length = 0;
            ArrayPool<char>.Shared.Return(buffer);
        }
    }

    private char[] Grow(int more)
    {
        var larger = ArrayPool<char>.Shared.Rent(Math.Max(FirstBuffer, Math.Max(_length + more, _length * 2)));
        if (_buffer is { } old)
        {
            old.AsSpan(0, _length).CopyTo(larger);
            ArrayPool<char>.Shared.Return(old);
        }

        return _buffer = larger;
    }
}
