using System.Buffers;
using LlmResilience.Endpoints;
using Microsoft.Extensions.AI;

namespace LlmResilience.Attempts;

/// <summary>What a stream has handed out so far: its text, kept in a pooled buffer in case it breaks, and how far it has come.</summary>
internal struct PartialAnswer
{
    private const int FirstBuffer = 128;

    private char[]? _buffer;
    private int _length;
    private bool _sawFinishReason;
    private ErrorContent? _error;

    public readonly string Text => _buffer is null ? "" : new string(_buffer, 0, _length);

    /// <summary>The last error that the provider reported beside its answer.</summary>
    public readonly ErrorContent? Error => _error;

    public void Add(ChatResponseUpdate update, Endpoint endpoint)
    {
        // Nearly every update is one piece of text, and asking it for the text of all its contents costs more than looking at that one.
        var text = update.Contents is List<AIContent> { Count: 1 } contents && contents[0] is TextContent only ? only.Text : update.Text;
        if (!string.IsNullOrEmpty(text))
        {
            Append(text);
        }
        else if (FirstTokenDetector.Inspect(update, out var error) == FirstTokenSignal.Error)
        {
            _error = error;
        }

        if (update.FinishReason is not null)
        {
            _sawFinishReason = true;
            endpoint.SawFinishReason();
        }
    }

    /// <summary>Whether an end here is an answer cut short.</summary>
    public readonly bool IsCut(Endpoint endpoint) => !_sawFinishReason && (_error is not null || endpoint.RequiresFinishReason);

    public void Release()
    {
        if (_buffer is { } buffer)
        {
            _buffer = null;
            _length = 0;
            ArrayPool<char>.Shared.Return(buffer);
        }
    }

    private void Append(string text)
    {
        var buffer = _buffer;
        if (buffer is null || text.Length > buffer.Length - _length)
        {
            buffer = Grow(text.Length);
        }

        text.CopyTo(buffer.AsSpan(_length));
        _length += text.Length;
    }

    private char[] Grow(int more)
    {
        var larger = ArrayPool<char>.Shared.Rent(Math.Max(FirstBuffer, Math.Max(_length + more, _length * 2)));
        if (_buffer is { } old)
        {
            old.AsSpan(0, _length).CopyTo(larger);
            ArrayPool<char>.Shared.Return(old);
        }

        _buffer = larger;
        return larger;
    }
}
