using Microsoft.Extensions.AI;

namespace LlmResilience.OpenAI.Tests;

public class StreamToolCallTests
{
    private static readonly string[] TwoCalls =
    [
        Call("""{"index":0,"id":"a","type":"function","function":{"name":"f","arguments":""}}"""),
        Call("""{"index":0,"function":{"arguments":"{\"x\""}}"""),
        Call("""{"index":1,"id":"b","type":"function","function":{"name":"g","arguments":"{}"}}"""),
        Call("""{"index":0,"id":null,"function":{"name":null,"arguments":":1}"}}"""),
    ];

    [Fact]
    public async Task Parallel_calls_come_whole_with_the_finish_reason()
    {
        var updates = await Wire.StreamAsync([.. TwoCalls, Wire.Chunk("{}", "tool_calls"), Wire.Done]);

        Assert.All(updates.SkipLast(1), u => Assert.Empty(u.Contents));
        Assert.Equal(ChatFinishReason.ToolCalls, updates[^1].FinishReason);
        var calls = updates[^1].Contents.Cast<FunctionCallContent>().ToArray();
        Assert.Equal([("a", "f"), ("b", "g")], calls.Select(c => (c.CallId, c.Name)));
        Assert.Equal("1", calls[0].Arguments!["x"]!.ToString());
    }

    [Fact]
    public async Task A_cut_stream_has_no_calls()
        => Assert.All(await Wire.StreamAsync(TwoCalls), u => Assert.Empty(u.Contents));

    [Fact]
    public async Task The_end_mark_completes_them_too()
        => Assert.Equal(2, (await Wire.StreamAsync([.. TwoCalls, Wire.Done]))[^1].Contents.Count);

    [Fact]
    public async Task A_call_that_was_cut_at_the_length_is_left_out()
    {
        var updates = await Wire.StreamAsync([.. TwoCalls.Skip(2), .. TwoCalls[..2], Wire.Chunk("{}", "length"), Wire.Done]);
        Assert.Equal("b", Assert.IsType<FunctionCallContent>(Assert.Single(updates[^1].Contents)).CallId);
    }

    [Theory]
    [InlineData("""{"index":0,"id":"a","function":{"name":"f","arguments":"{}"}}""", """{"index":0,"id":"b","function":{"name":"g","arguments":"{}"}}""")]
    [InlineData("""{"id":"a","function":{"name":"f","arguments":"{}"}}""", """{"id":"b","function":{"name":"g","arguments":"{}"}}""")]
    [InlineData("""{"index":0,"type":"","function":{"name":"f","arguments":"{}"}}""", """{"index":1,"function":{"name":"g","arguments":{}}}""")]
    public async Task Servers_number_calls_in_their_own_ways(string first, string second)
    {
        var calls = (await Wire.StreamAsync(Call(first), Call(second), Wire.Chunk("{}", "tool_calls")))[^1].Contents.Cast<FunctionCallContent>().ToArray();
        Assert.Equal(("f", "g"), (calls[0].Name, calls[1].Name));
        Assert.All(calls, c => Assert.Null(c.Exception));
        Assert.NotEqual(calls[0].CallId, calls[1].CallId, StringComparer.Ordinal);
    }

    [Theory]
    [InlineData("one after the other, all under one index", 2, new[]
    {
        """{"index":0,"id":"a","function":{"name":"f","arguments":"{\"x\":"}}""", """{"index":0,"function":{"arguments":"1}"}}""",
        """{"index":0,"id":"b","function":{"name":"g","arguments":"{\"x\":"}}""", """{"index":0,"function":{"arguments":"1}"}}""",
    })]
    [InlineData("the second one's head under the first one's index", 2, new[]
    {
        """{"index":0,"id":"a","function":{"name":"f","arguments":""}}""", """{"index":0,"function":{"arguments":"{\"x\":1}"}}""",
        """{"index":0,"id":"b","function":{"name":"g","arguments":""}}""", """{"index":1,"function":{"arguments":"{\"x\":1}"}}""",
    })]
    [InlineData("no index", 2, new[]
    {
        """{"id":"a","function":{"name":"f","arguments":"{\"x\":"}}""", """{"function":{"arguments":"1}"}}""",
        """{"id":"b","function":{"name":"g","arguments":"{\"x\":"}}""", """{"id":"b","function":{"arguments":"1}"}}""",
    })]
    [InlineData("no id and no index", 2, new[]
    {
        """{"function":{"name":"f","arguments":"{\"x\":"}}""", """{"function":{"arguments":"1}"}}""", """{"function":{"name":"g","arguments":{"x":1}}}""",
    })]
    [InlineData("no id and one index", 2, new[]
    {
        """{"index":0,"function":{"name":"f","arguments":"{\"x\":1}"}}""", """{"index":0,"function":{"name":"g","arguments":"{\"x\":1}"}}""",
    })]
    [InlineData("a known id under another index", 1, new[]
    {
        """{"index":0,"id":"a","function":{"name":"f","arguments":"{\"x\":"}}""", """{"index":7,"id":"a","function":{"name":"f","arguments":"1}"}}""",
    })]
    [InlineData("an index that is none", 2, new[]
    {
        """{"index":"x","id":"a","function":{"name":"f","arguments":"{\"x\":1}"}}""", """{"index":-1,"id":"b","function":{"name":"g","arguments":"{\"x\":1}"}}""",
    })]
    public async Task Calls_stay_apart(string how, int count, string[] pieces)
    {
        var updates = await Wire.StreamAsync([.. pieces.Select(Call), Wire.Chunk("{}", "tool_calls"), Wire.Done]);

        var calls = updates[^1].Contents.Cast<FunctionCallContent>().ToArray();
        Assert.True(count == calls.Length, how);
        Assert.Equal(new[] { "f", "g" }.Take(count), calls.Select(call => call.Name));
        Assert.All(calls, call => Assert.Equal("1", call.Arguments!["x"]!.ToString()));
        Assert.Equal(count, calls.Select(call => call.CallId).Distinct().Count());
    }

    [Fact]
    public async Task Arguments_may_be_missing_or_no_JSON()
    {
        var updates = await Wire.StreamAsync(
            Call("""{"index":0,"id":"a","function":{"name":"f"}}"""), Call("""{"index":1,"id":"b","function":{"name":"f","arguments":null}}"""),
            Call("""{"index":2,"id":"c","function":{"name":"f","arguments":" "}}"""), Call("""{"index":3,"id":"d","function":{"name":"f","arguments":"city = Rome"}}"""),
            Wire.Chunk("{}", "tool_calls"));

        var calls = updates[^1].Contents.Cast<FunctionCallContent>().ToArray();
        Assert.Equal([false, false, false, true], calls.Select(call => call.Exception is not null));
    }

    [Fact]
    public async Task Calls_of_a_whole_answer_are_apart_even_under_one_id()
    {
        var response = await Wire.RespondAsync("""
            {"choices":[{"message":{"tool_calls":[{"id":"f","function":{"name":"f","arguments":"{}"}},{"id":"f","function":{"name":"f","arguments":"{}"}},
             {"function":{"name":"f","arguments":"{}"}},{"function":{"name":"f","arguments":"{}"}}]},"finish_reason":"tool_calls"}]}
            """);

        var ids = response.Messages[0].Contents.Cast<FunctionCallContent>().Select(call => call.CallId).ToArray();
        Assert.Equal(4, ids.Distinct().Count());
        Assert.All(ids[1..], id => Assert.Matches("^[A-Za-z0-9]{9}$", id));
    }

    [Fact]
    public async Task Calls_without_end_are_a_broken_protocol()
    {
        var endless = string.Join(',', Enumerable.Repeat("""{"function":{"name":"f","arguments":"{}"}}""", 5000));
        await Assert.ThrowsAsync<InvalidDataException>(() => Wire.StreamAsync(Call(endless)));
    }

    [Fact]
    public async Task A_refusal_is_one_content()
    {
        var updates = await Wire.StreamAsync(Wire.Chunk("""{"refusal":"I "}"""), Wire.Chunk("""{"refusal":"can't."}"""), Wire.Chunk("{}", "stop"));
        var refusal = Assert.IsType<ErrorContent>(Assert.Single(updates[^1].Contents));
        Assert.Equal(("Refusal", "I can't."), (refusal.ErrorCode, refusal.Message));
    }

    private static string Call(string call) => Wire.Chunk($$"""{"tool_calls":[{{call}}]}""");
}
