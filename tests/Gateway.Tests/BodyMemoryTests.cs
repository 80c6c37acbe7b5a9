using System.Net;
using System.Net.Sockets;
using System.Text;
using Gateway.Tests.Hosting;

namespace Gateway.Tests;

/// <summary>What a large body takes of the memory. Alone, since it counts all that the process allocates.</summary>
[CollectionDefinition(nameof(BodyMemoryTests), DisableParallelization = true)]
[Collection(nameof(BodyMemoryTests))]
public sealed class BodyMemoryTests
{
    private const int Length = 31 * 1024 * 1024;

    // What the JSON's reader borrows from a pool until it has read; the pool may have it already, but not for every thread.
    private const int Borrowed = 32 * 1024 * 1024;

    // The buffers of the connections.
    private const int Besides = 3 * 1024 * 1024;

    [Theory]
    [InlineData("""{"type":"image_url","image_url":{"url":"data:image/png;base64,""", "\"}}")]
    [InlineData("""{"type":"text","text":"\"\u00e4\n""", "\"}")]
    public async Task A_body_of_31_MB_costs_twice_itself_and_what_its_reader_borrows(string start, string end)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var serving = ServeAsync(listener, requests: 2);
        await using var gateway = await RunningGateway.ForProviderAsync(new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/v1"));
        var body = Encoding.UTF8.GetBytes($$"""{"model":"m","messages":[{"role":"user","content":[{{start}}{{new string('A', Length)}}{{end}}]}]}""");
        using (var warm = await gateway.PostAsync(new ByteArrayContent(body)))
        {
            Assert.Equal(HttpStatusCode.OK, warm.StatusCode);
        }

        var before = GC.GetTotalAllocatedBytes(precise: true);
        using var response = await gateway.PostAsync(new ByteArrayContent(body));
        var cost = GC.GetTotalAllocatedBytes(precise: true) - before;

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        await serving;
        Assert.InRange(cost, body.Length, 2L * body.Length + Borrowed + Besides);
    }

    /// <summary>A provider that keeps nothing of what it is sent.</summary>
    private static async Task ServeAsync(TcpListener listener, int requests)
    {
        const string Answer = """{"id":"1","model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"Hi"},"finish_reason":"stop"}]}""";
        var buffer = new byte[64 * 1024];
        for (var i = 0; i < requests; i++)
        {
            using var connection = await listener.AcceptTcpClientAsync();
            var stream = connection.GetStream();
            var received = 0;
            var head = "";
            var bodyLength = int.MaxValue;
            while (received < head.Length + (long)bodyLength)
            {
                var count = await stream.ReadAsync(buffer);
                if (head.Length == 0)
                {
                    head = Encoding.ASCII.GetString(buffer, 0, count);
                    head = head[..(head.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)];
                    bodyLength = int.Parse(head.Split("Content-Length: ")[1].Split('\r')[0], System.Globalization.CultureInfo.InvariantCulture);
                }

                received += count;
            }

            await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {Answer.Length}\r\nConnection: close\r\n\r\n{Answer}"));
        }
    }
}
