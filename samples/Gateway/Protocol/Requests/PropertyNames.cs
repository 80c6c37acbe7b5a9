using System.Runtime.InteropServices;
using System.Text.Json;
using Gateway.Protocol.Errors;

namespace Gateway.Protocol.Requests;

/// <summary>The names in the objects that a walk through JSON is inside of. One that is there twice would be read by one as the first and by another as the last.</summary>
internal sealed class PropertyNames
{
    // Far more than any request has, and a megabyte or two of memory.
    private const int MostNames = 64 * 1024;
    private const int MostNameBytes = 1024;
    private const int MostUnescapedBytes = 1024 * 1024;

    private readonly ReadOnlyMemory<byte> _json;
    private readonly Comparison<Name> _comparison;
    private readonly List<Name> _names = [];
    private readonly Stack<(int Names, int Unescaped)> _objects = [];
    private byte[] _unescaped = [];
    private int _unescapedLength;

    public PropertyNames(ReadOnlyMemory<byte> json)
    {
        _json = json;
        _comparison = (one, other) => BytesOf(one).SequenceCompareTo(BytesOf(other));
    }

    public void Open() => _objects.Push((_names.Count, _unescapedLength));

    public void Add(ref Utf8JsonReader reader)
    {
        var length = reader.ValueSpan.Length;
        if (_names.Count == MostNames || length > MostNameBytes || (reader.ValueIsEscaped && _unescapedLength + length > MostUnescapedBytes))
        {
            throw RequestException.Invalid($"An object of the body has more than {MostNames} properties, or one whose name is longer than {MostNameBytes} bytes.");
        }

        _names.Add(reader.ValueIsEscaped ? Unescape(ref reader) : new((int)reader.TokenStartIndex + 1, length, IsEscaped: false));
    }

    public void Close()
    {
        var (start, unescapedLength) = _objects.Pop();
        var names = CollectionsMarshal.AsSpan(_names)[start..];
        names.Sort(_comparison);
        for (var i = 1; i < names.Length; i++)
        {
            if (_comparison(names[i - 1], names[i]) == 0)
            {
                throw RequestException.Invalid("An object of the body has a property twice.");
            }
        }

        _names.RemoveRange(start, names.Length);
        _unescapedLength = unescapedLength;
    }

    private Name Unescape(ref Utf8JsonReader reader)
    {
        if (EscapedText.HasHalfCharacter(reader.ValueSpan))
        {
            throw EscapedText.HalfCharacter();
        }

        var start = _unescapedLength;
        if (_unescaped.Length - start < MostNameBytes)
        {
            Array.Resize(ref _unescaped, 2 * _unescaped.Length + MostNameBytes);
        }

        var length = reader.CopyString(_unescaped.AsSpan(start));
        _unescapedLength += length;
        return new(start, length, IsEscaped: true);
    }

    private ReadOnlySpan<byte> BytesOf(Name name) => (name.IsEscaped ? _unescaped : _json.Span).Slice(name.Start, name.Length);

    private readonly record struct Name(int Start, int Length, bool IsEscaped);
}
