using System.Net;
using System.Text;

namespace LlmResilience.Tests;

/// <summary>What is read of a response, with bounds scaled down: lines of 10 bytes, answers of 100, errors of 20.</summary>
public class BoundedResponseTests
{
    private static CancellationToken Limit => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("application/json", 100, 1)]
    [InlineData("application/json", 100, 7)]
    [InlineData("text/event-stream", 10, 3)]
    public async Task What_reaches_its_bound_is_read_whole(string type, int length, int pieces)
        => Assert.Equal(length, (await ReadAsync(new string('x', length), type, pieces: pieces)).Length);

    [Theory]
    [InlineData("application/json", 101, 1)]
    [InlineData("application/json", 101, 100)]
    [InlineData("text/event-stream", 11, 1)]
    [InlineData("text/event-stream", 11, 2)]
    [InlineData("text/plain", 11, 11)]
    public async Task What_goes_past_it_fails(string type, int length, int pieces)
        => await Assert.ThrowsAsync<InvalidDataException>(() => ReadAsync(new string('x', length), type, pieces: pieces));

    [Theory]
    [InlineData("\n")]
    [InlineData("\r")]
    [InlineData("\r\n")]
    public async Task Every_line_is_counted_anew(string end)
    {
        var nine = string.Concat(Enumerable.Repeat("123456789" + end, 5));

        for (var pieces = 1; pieces < nine.Length; pieces++)
        {
            Assert.Equal(nine, await ReadAsync(nine, "text/event-stream", pieces: pieces));
            await Assert.ThrowsAsync<InvalidDataException>(() => ReadAsync(nine + "12345678901" + end, "text/event-stream", pieces: pieces));
        }
    }

    [Fact]
    public async Task Many_short_lines_are_an_answer_too_long()
        => await Assert.ThrowsAsync<InvalidDataException>(() => ReadAsync(string.Concat(Enumerable.Repeat(": ping\n", 15)), "text/event-stream"));

    [Theory]
    [InlineData(400)]
    [InlineData(422)]
    [InlineData(429)]
    public async Task A_refusal_that_quotes_the_whole_prompt_is_cut_and_stays_a_refusal(int status)
        => Assert.Equal(new string('x', 20), await ReadAsync(new string('x', 50), "text/plain", status));

    [Fact]
    public async Task A_server_that_fails_without_end_is_broken()
    {
        Assert.Equal(20, (await ReadAsync(new string('x', 20), "text/html", 503)).Length);
        await Assert.ThrowsAsync<InvalidDataException>(() => ReadAsync(new string('x', 21), "text/html", 503));
    }

    [Fact]
    public async Task The_headers_stay_and_a_claimed_length_is_not_believed()
    {
        using var client = CreateClient("short", "application/json", 200, pieces: 1);

        using var response = await client.GetAsync(new Uri("http://x.test"), HttpCompletionOption.ResponseHeadersRead, Limit);

        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal("de", Assert.Single(response.Content.Headers.ContentLanguage));
        Assert.False(response.Content.Headers.NonValidated.Contains("Content-Length"));
        Assert.Equal("short", await response.Content.ReadAsStringAsync(Limit));
    }

    [Fact]
    public void The_bounds()
        => Assert.Equal((16L << 20, 64L << 20, 64L << 10), (ResponseBounds.Default.LineLength, ResponseBounds.Default.AnswerLength, ResponseBounds.Default.ErrorLength));

    private static async Task<string> ReadAsync(string body, string type, int status = 200, int pieces = 1)
    {
        using var client = CreateClient(body, type, status, pieces);
        using var response = await client.GetAsync(new Uri("http://x.test"), HttpCompletionOption.ResponseHeadersRead, Limit);
        await using var stream = await response.Content.ReadAsStreamAsync(Limit);
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync(Limit);
    }

    private static HttpClient CreateClient(string body, string type, int status, int pieces)
        => new(new BoundedResponseHandler(new ResponseBounds(LineLength: 10, AnswerLength: 100, ErrorLength: 20)) { InnerHandler = new Memory(body, type, status, pieces) });

    private sealed class Memory(string body, string type, int status, int pieces) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var bytes = Encoding.ASCII.GetBytes(body);
            var content = new StreamContent(new InPieces(bytes, (bytes.Length + pieces - 1) / pieces));
            content.Headers.TryAddWithoutValidation("Content-Type", type);
            content.Headers.TryAddWithoutValidation("Content-Language", "de");
            content.Headers.ContentLength = bytes.Length;
            return Task.FromResult(new HttpResponseMessage((HttpStatusCode)status) { Content = content });
        }
    }

    private sealed class InPieces(byte[] bytes, int length) : MemoryStream(bytes)
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await Task.Yield();
            return await base.ReadAsync(buffer[..Math.Min(buffer.Length, length)], cancellationToken);
        }
    }
}
