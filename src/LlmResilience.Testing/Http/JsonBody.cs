using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace LlmResilience.Testing;

internal static class JsonBody
{
    public const string ContentType = "application/json";

    /// <summary>Sends one JSON object as the whole body.</summary>
    public static async Task WriteAsync(HttpContext http, int status, Action<Utf8JsonWriter> writeMembers)
    {
        var buffer = new ArrayBufferWriter<byte>();
        var writer = new Utf8JsonWriter(buffer);
        await using (writer.ConfigureAwait(false))
        {
            writer.WriteStartObject();
            writeMembers(writer);
            writer.WriteEndObject();
        }

        if (!http.Response.HasStarted)
        {
            http.Response.StatusCode = status;
            http.Response.ContentType = ContentType;
            http.Response.ContentLength = buffer.WrittenCount;
        }

        // Clients may leave as soon as they have the body, before this returns: that is no abort.
        await http.Response.BodyWriter.WriteAsync(buffer.WrittenMemory, CancellationToken.None).ConfigureAwait(false);
    }
}
