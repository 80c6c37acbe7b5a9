using System.Globalization;
using System.Text;

namespace LlmResilience.TestUtils;

/// <summary>An HTTP request as it came over a socket.</summary>
/// <param name="Head">Its first line and its headers.</param>
/// <param name="Body">Its body.</param>
public sealed record LoopbackRequest(string Head, string Body)
{
    private const string Length = "Content-Length:";

    /// <summary>Reads one, or <see langword="null"/> if the client leaves before it is whole.</summary>
    public static async Task<LoopbackRequest?> ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        using var received = new MemoryStream();
        var buffer = new byte[16 * 1024];
        while (true)
        {
            var count = await stream.ReadAsync(buffer, cancellationToken);
            if (count == 0)
            {
                return null;
            }

            received.Write(buffer, 0, count);
            var bytes = received.GetBuffer().AsMemory(0, (int)received.Length);
            var end = bytes.Span.IndexOf("\r\n\r\n"u8);
            if (end >= 0 && Encoding.ASCII.GetString(bytes.Span[..end]) is var head && IsWhole(head, bytes.Span[(end + 4)..]))
            {
                return new(head, Encoding.UTF8.GetString(bytes.Span[(end + 4)..]));
            }
        }
    }

    private static bool IsWhole(string head, ReadOnlySpan<byte> body)
    {
        var length = head.Split("\r\n").FirstOrDefault(static line => line.StartsWith(Length, StringComparison.OrdinalIgnoreCase));
        return length is not null
            ? body.Length >= int.Parse(length[Length.Length..], CultureInfo.InvariantCulture)
            : !head.Contains("Transfer-Encoding: chunked", StringComparison.OrdinalIgnoreCase) || body.EndsWith("0\r\n\r\n"u8);
    }
}
