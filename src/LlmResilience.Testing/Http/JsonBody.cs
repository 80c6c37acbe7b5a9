using System.Buffers;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace LlmResilience.Testing;

internal static class JsonBody
{
    public const string ContentType = "application/json";

    /// <summary>Writes one JSON object.</summary>
    public static ReadOnlyMemory<byte> Serialize(Action<Utf8JsonWriter> writeMembers)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writeMembers(writer);
            writer.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }

    public static string ToString(Action<Utf8JsonWriter> writeMembers) => Encoding.UTF8.GetString(Serialize(writeMembers).Span);

    /// <summary>Sends one JSON object as the whole body.</summary>
    public static async Task WriteAsync(HttpContext http, int status, Action<Utf8JsonWriter> writeMembers)
    {
        var json = Serialize(writeMembers);
        SetHead(http.Response, status, json.Length);

        // Clients may leave as soon as they have the body, before this returns: that is no abort.
        await http.Response.BodyWriter.WriteAsync(json, CancellationToken.None).ConfigureAwait(false);
    }

    /// <summary>Sets what comes before the body, unless it is out already.</summary>
    public static void SetHead(HttpResponse response, int status, int length)
    {
        if (!response.HasStarted)
        {
            response.StatusCode = status;
            response.ContentType = ContentType;
            response.ContentLength = length;
        }
    }
}
