using System.Buffers;
using System.Text;
using System.Text.Json;

namespace LlmResilience.Testing;

/// <summary>Writes a streamed answer as server-sent events. What does not change from token to token is serialised once.</summary>
internal sealed class ChunkWriter(ResponseBody body, ChatResponseHead head)
{
    private const string Choice = "\"choices\":[{\"index\":0,\"delta\":{";

    private readonly string _head =
        $"data: {{\"id\":\"{head.Id}\",\"object\":\"chat.completion.chunk\",\"created\":{head.Created.ToUnixTimeSeconds()},\"model\":\"{JsonEncodedText.Encode(head.Model)}\",";

    private byte[]? _content;
    private byte[]? _reasoning;

    private static ReadOnlySpan<byte> EndOfToken => "\"},\"finish_reason\":null}]}\n\n"u8;

    public void WriteRole() => Write($"{_head}{Choice}\"role\":\"assistant\",\"content\":\"\"}},\"finish_reason\":null}}]}}\n\n");

    public void WriteToken(ReadOnlySpan<byte> text, bool isReasoning)
    {
        var start = isReasoning
            ? _reasoning ??= Encoding.UTF8.GetBytes($"{_head}{Choice}\"reasoning_content\":\"")
            : _content ??= Encoding.UTF8.GetBytes($"{_head}{Choice}\"content\":\"");

        var span = body.GetSpan(start.Length + text.Length + EndOfToken.Length);
        start.CopyTo(span);
        text.CopyTo(span[start.Length..]);
        EndOfToken.CopyTo(span[(start.Length + text.Length)..]);
        body.Advance(start.Length + text.Length + EndOfToken.Length);
    }

    /// <summary>Writes an event with some members of a delta.</summary>
    public void WriteDelta(string members) => Write($"{_head}{Choice}{members}}},\"finish_reason\":null}}]}}\n\n");

    /// <summary>Writes a token whose event carries so many bytes of nothing as well.</summary>
    public void WritePaddedToken(ReadOnlySpan<byte> text, bool isReasoning, int padding)
    {
        Write($"{_head}\"padding\":\"");
        var left = body.GetSpan(padding);
        left[..padding].Fill((byte)'x');
        body.Advance(padding);
        Write($"\",{Choice}\"{(isReasoning ? "reasoning_content" : "content")}\":\"{Encoding.UTF8.GetString(text)}");
        body.Write(EndOfToken);
    }

    public void WriteFinish(string reason) => Write($"{_head}{Choice}}},\"finish_reason\":\"{reason}\"}}]}}\n\n");

    public void WriteUsage(ChatRequest request, Answer answer, int sent)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            Usage.Write(writer, request, answer, sent);
            writer.WriteEndObject();
        }

        // The usage comes as a member of an object of its own: without its first brace it continues the head's.
        Write($"{_head}\"choices\":[],{Encoding.UTF8.GetString(buffer.WrittenSpan[1..])}\n\n");
    }

    public void WriteDone() => body.Write("data: [DONE]\n\n"u8);

    private void Write(string text) => body.Write(Encoding.UTF8.GetBytes(text));
}
