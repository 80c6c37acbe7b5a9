using System.Buffers;
using LlmResilience.Endpoints;
using LlmResilience.Utilities;
using Microsoft.Extensions.AI;

namespace LlmResilience.Attempts;

/// <summary>What a stream has handed out so far: its text, kept in a pooled buffer in case it breaks, and how far it has come.</summary>
internal struct PartialAnswer
{
    private const int FirstBuffer = 128;

    private char[]? _buffer;
    private int _length;
    private Finish _finish;
    private bool _sawError;
    private bool _sawContent;
    private bool _isInReasoning;

    private enum Finish : byte
    {
        None,
        Called,
        Over,
    }

    /// <summary>Its finish reason has come.</summary>
    public readonly bool IsWhole => _finish != Finish.None;

    /// <summary>The same, and nothing but usage can follow it.</summary>
    /// <remarks>A client that invokes tools by itself goes on after its calls, once the tools have run.</remarks>
    public readonly bool IsOver => _finish == Finish.Over;

    public readonly string Text => _buffer is null ? "" : new string(_buffer, 0, _length);

    /// <summary>Adds what is about to be handed out.</summary>
    /// <returns>Whether it says how the answer ends: by a finish reason, or by an error that the provider reports.</returns>
    public bool Add(ChatResponseUpdate update, Endpoint endpoint)
    {
        // Nearly every update is one piece of text, and asking it for the text of all its contents costs more than looking at that one.
        string text;
        if (update.Contents is List<AIContent> { Count: 1 } contents && contents[0] is TextContent only)
        {
            text = only.Text;
            _isInReasoning = false;
        }
        else
        {
            text = update.Text;
            StampReasoning(update, endpoint);
            endpoint.States.Note(update, endpoint);
        }

        var isEnd = false;
        if (!string.IsNullOrEmpty(text))
        {
            Append(text);
        }
        else
        {
            isEnd = Note(FirstTokenDetector.Inspect(update));
        }

        if (update.FinishReason is { } finishReason)
        {
            isEnd = true;
            endpoint.States.Note(update, endpoint);
            _finish = finishReason == ChatFinishReason.ToolCalls ? Finish.Called : Finish.Over;
            if (Teaches(finishReason))
            {
                endpoint.Habits.SawFinishReason();
            }
        }
        else if (_finish == Finish.Called && GoesOn(update))
        {
            _finish = Finish.None;
        }

        return isEnd;
    }

    /// <summary>Whether a finish reason shows that the endpoint sends one at the end of whole answers. Some servers name only what cut them short.</summary>
    public static bool Teaches(ChatFinishReason finishReason) => finishReason == ChatFinishReason.Stop || finishReason == ChatFinishReason.ToolCalls;

    /// <summary>Notes on reasoning, which its provider may have signed, whose it is.</summary>
    public void StampReasoning(ChatResponseUpdate update, Endpoint endpoint) => SignedReasoning.Stamp(update.Contents, endpoint.Name, ref _isInReasoning);

    /// <summary>Whether an end here is an answer cut short.</summary>
    /// <param name="endpoint">The endpoint.</param>
    /// <param name="last">The last update. If all that came says where a job in the background is to be asked about, the job is begun and the answer whole.</param>
    public readonly bool IsCut(Endpoint endpoint, ChatResponseUpdate last)
    {
        if (IsWhole || (_length == 0 && !_sawContent && !_sawError && BackgroundResponses.HasToken(last)))
        {
            return false;
        }

        return _sawError || endpoint.RequiresFinishReason;
    }

    public void Release()
    {
        if (_buffer is { } buffer)
        {
            _buffer = null;
            _length = 0;
            ArrayPool<char>.Shared.Return(buffer);
        }
    }

    // After the calls of a client that invokes tools by itself: their results, and the next answer. Calls themselves may trail.
    private static bool GoesOn(ChatResponseUpdate update) => update.Contents.Any(content => content is FunctionResultContent or TextContent { Text.Length: > 0 });

    private bool Note(FirstTokenSignal signal)
    {
        _sawError |= signal == FirstTokenSignal.Error;
        _sawContent |= signal == FirstTokenSignal.Commit;
        return signal == FirstTokenSignal.Error;
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
