using System.Text.Unicode;
using Gateway.Configuration;
using Gateway.Protocol.Errors;

namespace Gateway.Protocol.Requests;

/// <summary>Reads a request's body, in one piece that is no larger than the body is.</summary>
internal static class RequestBody
{
    private const int BlockSize = 64 * 1024;

    public static async Task<ReadOnlyMemory<byte>> ReadAsync(HttpRequest request, GatewayOptions options)
    {
        var body = request.ContentLength is { } length
            ? await ReadAsync(request, length <= options.MaxRequestBytes ? (int)length : throw RequestException.TooLarge(options.MaxRequestBytes))
            : await ReadToEndAsync(request);
        var text = body.AsSpan().StartsWith("\uFEFF"u8) ? body.AsMemory(3) : body;
        return Utf8.IsValid(text.Span) ? text : throw RequestException.Invalid("The body is not UTF-8.");
    }

    private static async Task<byte[]> ReadAsync(HttpRequest request, int length)
    {
        var body = GC.AllocateUninitializedArray<byte>(length);
        await request.Body.ReadExactlyAsync(body, request.HttpContext.RequestAborted);
        return body;
    }

    // Without a length in front: in blocks, since a buffer that grows would be copied and be up to twice as large as what is in it.
    private static async Task<byte[]> ReadToEndAsync(HttpRequest request)
    {
        List<ArraySegment<byte>> blocks = [];
        int count;
        do
        {
            var block = new byte[BlockSize];
            count = await request.Body.ReadAtLeastAsync(block, BlockSize, throwOnEndOfStream: false, request.HttpContext.RequestAborted);
            blocks.Add(new(block, 0, count));
        }
        while (count == BlockSize);

        var body = GC.AllocateUninitializedArray<byte>(blocks.Sum(static one => one.Count));
        var written = 0;
        foreach (var block in blocks)
        {
            block.CopyTo(body, written);
            written += block.Count;
        }

        return body;
    }
}
