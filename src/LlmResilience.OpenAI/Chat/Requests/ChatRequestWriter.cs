using System.Buffers;
using System.ClientModel;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace LlmResilience.OpenAI;

/// <summary>Writes the JSON of one request. What is large and is there as bytes already stays where it is, and is sent from there.</summary>
internal sealed class ChatRequestWriter : IDisposable
{
    /// <summary>So much at most is copied of what comes as bytes, however many pieces it is in.</summary>
    public const int MostCopied = 256 * 1024;

    // A page: below it copying costs less than a write of its own.
    private const int SmallestPiece = 4 * 1024;

    // The body is never put into HTML, and escaped it would be up to six times as long in most of the world's scripts.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly ArrayBufferWriter<byte> _buffer;
    private List<Piece>? _pieces;

    public ChatRequestWriter(int capacity)
    {
        _buffer = new(capacity);
        Json = new(_buffer, Options);
    }

    public Utf8JsonWriter Json { get; }

    public static int CopiedLength(ReadOnlyMemory<byte> value) => value.Length < SmallestPiece ? value.Length : 0;

    /// <param name="value">Valid JSON. It is not looked at.</param>
    public void WriteRaw(ReadOnlyMemory<byte> value)
    {
        if (CopiedLength(value) > 0 && Json.BytesCommitted + Json.BytesPending < MostCopied)
        {
            Json.WriteRawValue(value.Span, skipInputValidation: true);
            return;
        }

        // The JSON's writer puts its comma in front of a digit, in whose place the piece is sent.
        Json.WriteRawValue("0"u8, skipInputValidation: true);
        Json.Flush();
        (_pieces ??= []).Add(new(_buffer.WrittenCount - 1, value));
    }

    public BinaryContent Complete()
    {
        Json.Flush();
        return _pieces is null
            ? BinaryContent.Create(BinaryData.FromBytes(_buffer.WrittenMemory))
            : new PiecedContent(Join(_buffer.WrittenMemory, _pieces));
    }

    public void Dispose() => Json.Dispose();

    private static ReadOnlyMemory<byte>[] Join(ReadOnlyMemory<byte> written, List<Piece> pieces)
    {
        var joined = new ReadOnlyMemory<byte>[2 * pieces.Count + 1];
        var start = 0;
        for (var i = 0; i < pieces.Count; i++)
        {
            var (digit, bytes) = pieces[i];
            joined[2 * i] = written[start..digit];
            joined[2 * i + 1] = bytes;
            start = digit + 1;
        }

        joined[^1] = written[start..];
        return joined;
    }

    private readonly record struct Piece(int Digit, ReadOnlyMemory<byte> Bytes);
}
