using System.Net;
using System.Text.Json;

namespace LlmResilience.Testing.Tests.OpenAI;

/// <summary>The simulated server says things as other providers do; that a client understands them is shown where the client is.</summary>
public sealed class DialectTests : ServerFixture
{
    [Fact]
    public async Task Tools_are_called_until_their_results_are_there()
    {
        await StartAsync(o => o.Dialect = new() { ToolCalls = [new("c1", "f", "{}")] });

        var called = JsonDocument.Parse(await ReadAsync(await AskAsync(stream: false))).RootElement.GetProperty("choices")[0];
        var answered = JsonDocument.Parse(await ReadAsync(await PostAsync(
            """{"model":"m","messages":[{"role":"user","content":"Hi"},{"role":"assistant","content":null},{"role":"tool","tool_call_id":"c1","content":"R"}]}"""))).RootElement.GetProperty("choices")[0];

        Assert.Equal("tool_calls", called.GetProperty("finish_reason").GetString());
        Assert.Equal("c1", called.GetProperty("message").GetProperty("tool_calls")[0].GetProperty("id").GetString());
        Assert.Equal("stop", answered.GetProperty("finish_reason").GetString());
        Assert.False(answered.GetProperty("message").TryGetProperty("tool_calls", out _));
    }

    [Theory]
    [InlineData("""{"role":"assistant","content":"","tool_calls":[{"id":"c1"}]}""", HttpStatusCode.BadRequest)]
    [InlineData("""{"role":"assistant","content":"","reasoning_content":"","tool_calls":[{"id":"c1"}]}""", HttpStatusCode.OK)]
    [InlineData("""{"role":"assistant","content":"","tool_calls":[]}""", HttpStatusCode.OK)]
    [InlineData("""{"role":"assistant","content":""}""", HttpStatusCode.OK)]
    public async Task DeepSeek_wants_its_reasoning_back_beside_a_tool_call(string message, HttpStatusCode expected)
    {
        await StartAsync(o => (o.Dialect, o.ReasoningTokenCount) = (SimulatedOpenAIDialect.DeepSeek(), 2));

        using var response = await PostAsync($$"""{"model":"m","messages":[{"role":"user","content":"Hi"},{{message}}]}""");

        Assert.Equal(expected, response.StatusCode);
        if (expected == HttpStatusCode.BadRequest)
        {
            var error = JsonDocument.Parse(await response.Content.ReadAsStringAsync(Limit)).RootElement.GetProperty("error");
            Assert.Equal("The `reasoning_content` in the thinking mode must be passed back to the API.", error.GetProperty("message").GetString());
        }
    }

    [Fact]
    public async Task A_stream_in_the_words_of_each()
    {
        await StartAsync(o => (o.Dialect, o.ReasoningTokenCount) = (SimulatedOpenAIDialect.OpenRouter(), 2));

        var text = await ReadAsync(await AskAsync());

        Assert.Contains("\"reasoning_details\":[{\"type\":\"reasoning.text\"", text);
        Assert.Contains("\"signature\":", text);
        Assert.DoesNotContain("reasoning_content", text);
    }

    [Theory]
    [InlineData(SimulatedUsageStyle.LastEvent, 1)]
    [InlineData(SimulatedUsageStyle.FinishEvent, 1)]
    [InlineData(SimulatedUsageStyle.RunningTotals, 5)]
    [InlineData(SimulatedUsageStyle.Increments, 6)]
    public async Task Usage_comes_as_often_as_the_style_says(SimulatedUsageStyle style, int count)
    {
        await StartAsync(o => o.Dialect = new() { UsageStyle = style });

        var text = await ReadAsync(await AskAsync(more: ",\"stream_options\":{\"include_usage\":true}"));

        Assert.Equal(count, text.Split("\"usage\"").Length - 1);
    }

    [Fact]
    public async Task What_is_no_dialect_is_refused()
    {
        await Assert.ThrowsAsync<ArgumentNullException>(() => StartAsync(o => o.Dialect = null!));
        await Assert.ThrowsAsync<ArgumentNullException>(() => StartAsync(o => o.Dialect = new() { ToolCalls = null! }));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => StartAsync(o => o.Dialect = new() { UsageStyle = (SimulatedUsageStyle)9 }));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => StartAsync(o => o.Dialect = new() { ReasoningFormat = (SimulatedReasoningFormat)(-1) }));
    }
}
