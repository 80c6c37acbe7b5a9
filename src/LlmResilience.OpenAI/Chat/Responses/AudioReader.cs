using System.Text.Json;
using Microsoft.Extensions.AI;

namespace LlmResilience.OpenAI;

/// <summary>Reads what a model says aloud: the sound, and the words as text.</summary>
internal sealed class AudioReader
{
    private string? _mediaType;

    public void Read(JsonElement audio, IList<AIContent> contents, ProviderState state)
    {
        if (audio.ValueKind != JsonValueKind.Object)
        {
            return;
        }

        state.AudioId = audio.Text("id"u8) ?? state.AudioId;
        state.AudioExpiresAt = audio.Number("expires_at"u8) ?? state.AudioExpiresAt;
        if (audio.Text("transcript"u8) is { } transcript)
        {
            contents.Add(new TextContent(transcript));
        }

        var data = audio.Property("data"u8);
        if (data.ValueKind == JsonValueKind.String && !data.ValueEquals(""u8))
        {
            contents.Add(data.TryGetBytesFromBase64(out var bytes) ? new DataContent(bytes, _mediaType ??= MediaTypeOf(bytes)) : ContentJson.Unknown(audio));
        }
    }

    // The answer does not say. What has no head is what OpenAI streams: samples of 16 bits.
    private static string MediaTypeOf(ReadOnlySpan<byte> bytes)
        => bytes.StartsWith("RIFF"u8) ? "audio/wav"
            : bytes.StartsWith("OggS"u8) ? "audio/ogg"
            : bytes.StartsWith("fLaC"u8) ? "audio/flac"
            : bytes.StartsWith("ID3"u8) || bytes is [0xFF, 0xFB or 0xF3 or 0xF2 or 0xFA, ..] ? "audio/mpeg"
            : bytes is [0xFF, 0xF1 or 0xF9, ..] ? "audio/aac"
            : "audio/pcm";
}
