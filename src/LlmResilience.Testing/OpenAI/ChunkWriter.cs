using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace LlmResilience.Testing;

/// <summary>Writes a streamed answer as server-sent events. What does not change from token to token is serialised once.</summary>
internal sealed class ChunkWriter(ResponseBody body, ChatResponseHead head, SimulatedReasoningFormat reasoningFormat)
{
    private const string Choice = "\"choices\":[{\"index\":0,\"delta\":{";

    private readonly string _head =
        $"data: {{\"id\":\"{head.Id}\",\"object\":\"chat.completion.chunk\",\"created\":{head.Created.ToUnixTimeSeconds()},\"model\":\"{JsonEncodedText.Encode(head.Model)}\",";

    private readonly string? _reasoningField = DialectMembers.PlainFieldOf(reasoningFormat);
    private byte[]? _content;
    private byte[]? _reasoning;

    private static ReadOnlySpan<byte> EndOfToken => "\"},\"finish_reason\":null}]}\n\n"u8;

    public void WriteRole() => Write($"{_head}{Choice}\"role\":\"assistant\",\"content\":\"\"}},\"finish_reason\":null}}]}}\n\n");

    public void WriteToken(ReadOnlySpan<byte> text, bool isReasoning)
    {
        if (isReasoning && _reasoningField is null)
        {
            WriteDelta(DialectMembers.Reasoning(reasoningFormat, Encoding.UTF8.GetString(text)));
            return;
        }

        var start = isReasoning
            ? _reasoning ??= Encoding.UTF8.GetBytes($"{_head}{Choice}\"{_reasoningField}\":\"")
            : _content ??= Encoding.UTF8.GetBytes($"{_head}{Choice}\"content\":\"");

        var span = body.GetSpan(start.Length + text.Length + EndOfToken.Length);
        start.CopyTo(span);
        text.CopyTo(span[start.Length..]);
        EndOfToken.CopyTo(span[(start.Length + text.Length)..]);
        body.Advance(start.Length + text.Length + EndOfToken.Length);
    }

    /// <summary>Writes an event with some members of a delta.</summary>
    public void WriteDelta(string members) => Write($"{_head}{Choice}{members}}},\"finish_reason\":null}}]}}\n\n");

    public void WriteDelta(JsonObject delta)
    {
        var members = delta.ToJsonString();
        WriteDelta(members[1..^1]);
    }

    /// <summary>Writes a token whose event carries so many bytes of nothing as well.</summary>
    public void WritePaddedToken(ReadOnlySpan<byte> text, bool isReasoning, int padding)
    {
        Write($"{_head}\"padding\":\"");
        var left = body.GetSpan(padding);
        left[..padding].Fill((byte)'x');
        body.Advance(padding);
        Write($"\",{Choice}\"{(isReasoning ? _reasoningField ?? "reasoning" : "content")}\":\"{Encoding.UTF8.GetString(text)}");
        body.Write(EndOfToken);
    }

    public void WriteFinish(string reason, string? usage)
        => Write($"{_head}{usage}{Choice}}},\"finish_reason\":\"{JsonEncodedText.Encode(reason)}\"}}]}}\n\n");

    /// <summary>Writes an event that carries nothing but what the answer has taken so far, or what the last token took.</summary>
    public void WriteUsage(string usage) => Write($"{_head}{usage}{Choice}}},\"finish_reason\":null}}]}}\n\n");

    public void WriteLastUsage(string usage) => Write($"{_head}\"choices\":[],{usage[..^1]}}}\n\n");

    /// <summary>The usage as a member, with the comma after it.</summary>
    public static string UsageOf(ChatRequest request, Answer answer, int promptTokens, int sent)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            Usage.Write(writer, request with { PromptTokens = promptTokens }, answer, sent);
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan[1..^1]) + ",";
    }

    public void WriteDone() => body.Write("data: [DONE]\n\n"u8);

    private void Write(string text) => body.Write(Encoding.UTF8.GetBytes(text));
}
