using System.Globalization;

namespace LlmResilience.Testing.Tests.OpenAI;

public sealed class StreamingResponseTests : ServerFixture
{
    private const string Head = """data: {"id":"chatcmpl-00000001","object":"chat.completion.chunk","created":1700000000,"model":"m","choices":""";

    [Fact]
    public async Task The_stream_is_byte_for_byte_as_a_client_expects_it()
    {
        await StartFixedAsync(tokens: 3, reasoning: 0);

        using var response = await AskAsync(more: ""","stream_options":{"include_usage":true}""");

        Assert.Equal("text/event-stream; charset=utf-8", response.Content.Headers.ContentType?.ToString());
        Assert.Equal(
            Head + """[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}]}""" + "\n\n"
            + Head + """[{"index":0,"delta":{"content":"W0"},"finish_reason":null}]}""" + "\n\n"
            + Head + """[{"index":0,"delta":{"content":" W1"},"finish_reason":null}]}""" + "\n\n"
            + Head + """[{"index":0,"delta":{"content":" W2"},"finish_reason":null}]}""" + "\n\n"
            + Head + """[{"index":0,"delta":{},"finish_reason":"stop"}]}""" + "\n\n"
            + Head + """[],"usage":{"prompt_tokens":8,"completion_tokens":3,"total_tokens":11}}""" + "\n\n"
            + "data: [DONE]\n\n",
            Anonymous(await ReadAsync(response)));
    }

    [Fact]
    public async Task Usage_comes_on_request_only()
    {
        await StartAsync();

        Assert.DoesNotContain("usage", await ReadAsync(await AskAsync()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reasoning_comes_before_content()
    {
        await StartFixedAsync(tokens: 1, reasoning: 2);

        var events = Anonymous(await ReadAsync(await AskAsync(more: ""","stream_options":{"include_usage":true}"""))).Split("\n\n");

        Assert.Contains("""{"reasoning_content":"W0"}""", events[1], StringComparison.Ordinal);
        Assert.Contains("""{"reasoning_content":" W1"}""", events[2], StringComparison.Ordinal);
        Assert.Contains("""{"content":"W2"}""", events[3], StringComparison.Ordinal);
        Assert.Contains("""completion_tokens":3,"total_tokens":11,"completion_tokens_details":{"reasoning_tokens":2}""", events[5], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("max_tokens")]
    [InlineData("max_completion_tokens")]
    public async Task The_requests_limit_is_kept(string name)
    {
        await StartAsync();

        var events = await ReadAsync(await AskAsync(more: $",\"{name}\":2"));

        Assert.Equal(2, CountTokens(events));
        Assert.Contains("\"finish_reason\":\"length\"", events, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_name_is_escaped()
    {
        await StartAsync(o => o.ModelId = "a \"quoted\" model");

        Assert.Contains("\"model\":\"a \\u0022quoted\\u0022 model\"", await ReadAsync(await AskAsync()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_same_prompt_gets_the_same_words()
    {
        await StartAsync();

        var first = Anonymous(await ReadAsync(await AskAsync()));
        var content = Contents(await ReadAsync(await AskAsync()));

        Assert.Equal(5, CountTokens(first));
        Assert.Equal(content, Contents(await ReadAsync(await AskAsync())));
        Assert.NotEqual(content, Contents(await ReadAsync(await PostAsync("""{"model":"any","messages":[{"role":"user","content":"Other."}],"stream":true}"""))), StringComparer.Ordinal);
    }

    private static string Contents(string events) =>
        string.Concat(events.Split("\"delta\":{\"content\":\"").Skip(1).Select(e => e[..e.IndexOf('"', StringComparison.Ordinal)]));

    /// <summary>Numbers the words, which depend on the prompt's hash.</summary>
    private static string Anonymous(string events)
    {
        var parts = events.Split("content\":\"");
        var number = 0;
        for (var i = 1; i < parts.Length; i++)
        {
            var end = parts[i].IndexOf('"', StringComparison.Ordinal);
            if (end > 0)
            {
                var space = parts[i][0] == ' ' ? " " : "";
                parts[i] = $"{space}W{(number++).ToString(CultureInfo.InvariantCulture)}{parts[i][end..]}";
            }
        }

        return string.Join("content\":\"", parts);
    }

    private Task StartFixedAsync(int tokens, int reasoning) => StartAsync(o =>
    {
        o.ModelId = "m";
        o.TokensPerAnswer = tokens;
        o.ReasoningTokenCount = reasoning;
        o.TimeProvider = new FixedDateTimeProvider();
    });

    private sealed class FixedDateTimeProvider : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeSeconds(1_700_000_000);
    }
}
