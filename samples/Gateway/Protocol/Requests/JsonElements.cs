using System.Text.Json;

namespace Gateway.Protocol.Requests;

/// <summary>Goes through an array of valid JSON, piece by piece.</summary>
internal ref struct JsonElements
{
    private readonly ReadOnlyMemory<byte> _json;
    private Utf8JsonReader _reader;

    /// <param name="json">The array.</param>
    public JsonElements(ReadOnlyMemory<byte> json)
    {
        _json = json;
        _reader = JsonPieces.CreateReader(json.Span);
        _reader.Read();
    }

    public ReadOnlyMemory<byte> Current { get; private set; }

    public readonly JsonElements GetEnumerator() => this;

    public bool MoveNext()
    {
        if (!_reader.Read() || _reader.TokenType == JsonTokenType.EndArray)
        {
            return false;
        }

        Current = JsonPieces.Take(ref _reader, _json);
        return true;
    }
}
