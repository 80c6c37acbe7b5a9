using System.Runtime.InteropServices;
using System.Text.Json;
using Gateway.Protocol.Errors;

namespace Gateway.Protocol.Requests;

/// <summary>The names in the objects that a walk through JSON is inside of. One that is there twice would be read by one as the first and by another as the last.</summary>
internal sealed class PropertyNames
{
    // Far more than any request has, and a megabyte of memory.
    private const int MostNames = 64 * 1024;
    private const int MostNameBytes = 1024;

    private readonly List<ReadOnlyMemory<byte>> _names = [];
    private readonly Stack<int> _starts = [];

    public void Open() => _starts.Push(_names.Count);

    public void Add(ref Utf8JsonReader reader, ReadOnlyMemory<byte> json)
    {
        if (_names.Count == MostNames || reader.ValueSpan.Length > MostNameBytes)
        {
            throw RequestException.Invalid($"An object of the body has more than {MostNames} properties, or one whose name is longer than {MostNameBytes} bytes.");
        }

        _names.Add(reader.ValueIsEscaped ? Unescape(ref reader) : json.Slice((int)reader.TokenStartIndex + 1, reader.ValueSpan.Length));
    }

    public void Close()
    {
        var start = _starts.Pop();
        var names = CollectionsMarshal.AsSpan(_names)[start..];
        names.Sort(static (one, other) => one.Span.SequenceCompareTo(other.Span));
        for (var i = 1; i < names.Length; i++)
        {
            if (names[i].Span.SequenceEqual(names[i - 1].Span))
            {
                throw RequestException.Invalid("An object of the body has a property twice.");
            }
        }

        _names.RemoveRange(start, names.Length);
    }

    private static byte[] Unescape(ref Utf8JsonReader reader)
    {
        if (EscapedText.HasHalfCharacter(reader.ValueSpan))
        {
            throw EscapedText.HalfCharacter();
        }

        var name = new byte[reader.ValueSpan.Length];
        return name[..reader.CopyString(name)];
    }
}
