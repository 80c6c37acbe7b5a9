using Anthropic.Exceptions;
using LlmResilience.Testing;
using LlmResilience.TestUtils;
using Microsoft.Extensions.AI;

namespace LlmResilience.Anthropic.Tests;

/// <summary>What the SDK makes of a stream, whole or broken. The core builds on each of these.</summary>
public class StreamTests
{
    private static readonly SimulatedAnthropicAnswer Everything = new()
    {
        Thinking = "Hm well",
        Text = "It is a",
        ToolCalls = [new("t1", "weather", """{"city":"Berlin"}"""), new("t2", "time", "{}")],
    };

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Everything_an_answer_says(bool streaming)
    {
        await using var server = await Clients.StartAsync(answer: Everything);
        using var client = server.CreateClient();

        var response = await client.AskAsync(streaming);

        var contents = Assert.Single(response.Messages).Contents;
        Assert.Equal("It is a", response.Text);
        Assert.Equal("Hm well", string.Concat(contents.OfType<TextReasoningContent>().Select(r => r.Text)));
        Assert.Contains(contents.OfType<TextReasoningContent>(), r => r.ProtectedData is { Length: > 0 });
        Assert.Equal(["t1", "t2"], contents.OfType<FunctionCallContent>().Select(c => c.CallId));
        Assert.Equal("Berlin", contents.OfType<FunctionCallContent>().First().Arguments!["city"]!.ToString());
        Assert.Equal(ChatFinishReason.ToolCalls, response.FinishReason);
        Assert.Equal(9, response.Usage!.OutputTokenCount);
        Assert.True(response.Usage.InputTokenCount > 0);
    }

    [Fact]
    public async Task The_finish_reason_comes_with_the_stop_reason_and_stays()
    {
        await using var server = await Clients.StartAsync(answer: Everything);
        using var client = server.CreateClient();

        var updates = await client.GetStreamingResponseAsync("Hi").ToListAsync();

        var finished = updates.FindIndex(u => u.FinishReason is not null);
        Assert.All(updates.Skip(finished), u => Assert.Equal(ChatFinishReason.ToolCalls, u.FinishReason));
        Assert.DoesNotContain(updates.Skip(finished), u => u.Contents.Any(c => c is not UsageContent));
        Assert.Single(updates, u => u.Contents.Any(c => c is UsageContent));
    }

    [Fact]
    public async Task Pieces_of_a_tool_call_are_signs_of_life_and_nothing_else_is()
    {
        await using var server = await Clients.StartAsync(answer: Everything);
        using var client = server.CreateClient();

        var updates = await client.GetStreamingResponseAsync("Hi").ToListAsync();

        Assert.Contains(updates, ToolCallProgress.IsPiece);
        Assert.All(updates.Where(ToolCallProgress.IsPiece), u => Assert.Empty(u.Contents));
        Assert.DoesNotContain(updates.TakeWhile(u => u.Text.Length == 0), ToolCallProgress.IsPiece);
    }

    [Theory]
    [InlineData("end_turn", "stop")]
    [InlineData("stop_sequence", "stop")]
    [InlineData("max_tokens", "length")]
    [InlineData("refusal", "content_filter")]
    [InlineData("pause_turn", "pause_turn")]
    public async Task Stop_reasons(string said, string expected)
    {
        await using var server = await Clients.StartAsync(answer: new() { StopReason = said });
        using var client = server.CreateClient();
        Assert.Equal(expected, (await client.AskAsync(streaming: true)).FinishReason?.Value);
        Assert.Equal(expected, (await client.AskAsync(streaming: false)).FinishReason?.Value);
    }

    [Fact]
    public async Task A_stream_that_ends_without_its_stop_ends_quietly_and_without_a_finish_reason()
    {
        await using var server = await Clients.StartAsync(SimulatedFault.EndWithoutFinishReasonAfter(4), Everything);
        using var client = server.CreateClient();

        var (updates, exception) = await client.GetStreamingResponseAsync("Hi").CollectAsync();

        Assert.Null(exception);
        Assert.Equal("It is", updates.ToChatResponse().Text);
        Assert.All(updates, u => Assert.Null(u.FinishReason));
    }

    [Fact]
    public async Task A_stream_that_is_cut_throws_after_what_came_before()
    {
        await using var server = await Clients.StartAsync(SimulatedFault.CutAfter(4), Everything);
        using var client = server.CreateClient();

        var (updates, exception) = await client.GetStreamingResponseAsync("Hi").CollectAsync();

        Assert.IsAssignableFrom<IOException>(exception);
        Assert.Equal("It is", updates.ToChatResponse().Text);
        Assert.All(updates, u => Assert.Null(u.FinishReason));
    }

    [Theory]
    [InlineData(6, 0)]
    [InlineData(7, 0)]
    [InlineData(8, 0)]
    [InlineData(9, 1)]
    public async Task No_part_of_a_tool_call_surfaces_from_a_broken_stream(int tokens, int whole)
    {
        await using var server = await Clients.StartAsync(SimulatedFault.EndWithoutFinishReasonAfter(tokens), Everything);
        using var client = server.CreateClient();
        foreach (var fault in (SimulatedFault[])[SimulatedFault.EndWithoutFinishReasonAfter(tokens), SimulatedFault.CutAfter(tokens), SimulatedFault.ErrorEventAfter(tokens, "overloaded_error")])
        {
            server.Faults.Always(fault);

            var (updates, _) = await client.GetStreamingResponseAsync("Hi").CollectAsync();

            var calls = updates.SelectMany(u => u.Contents).OfType<FunctionCallContent>().ToList();
            Assert.Equal(whole, calls.Count);
            Assert.All(calls, c => Assert.Equal("Berlin", c.Arguments!["city"]!.ToString()));
        }
    }

    [Theory]
    [InlineData("""{"city":"Be""")]
    [InlineData("")]
    public async Task Nor_does_the_call_in_which_an_answer_reached_its_length(string input)
    {
        var answer = new SimulatedAnthropicAnswer { Text = "It is", ToolCalls = [new("t1", "time", ""), new("t2", "weather", input)], StopReason = "max_tokens" };
        await using var server = await Clients.StartAsync(answer: answer);
        using var client = server.CreateClient();

        var response = await client.AskAsync(streaming: true);

        Assert.Equal("t1", Assert.Single(response.Messages[0].Contents.OfType<FunctionCallContent>()).CallId);
        Assert.Equal(ChatFinishReason.Length, response.FinishReason);
        Assert.True(response.Usage!.OutputTokenCount > 0);
    }

    [Theory]
    [InlineData(null, 2)]
    [InlineData("max_tokens", 1)]
    public async Task A_call_without_arguments_is_whole_unless_the_length_ended_it(string? stopReason, int expected)
    {
        var answer = new SimulatedAnthropicAnswer { ToolCalls = [new("t1", "time", "{}"), new("t2", "time", "")], StopReason = stopReason };
        await using var server = await Clients.StartAsync(answer: answer);
        using var client = server.CreateClient();
        var response = await client.AskAsync(streaming: true);
        Assert.Equal(expected, response.Messages[0].Contents.OfType<FunctionCallContent>().Count());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    public async Task An_error_in_a_stream_throws_although_retries_are_off(int tokens)
    {
        await using var server = await Clients.StartAsync(SimulatedFault.ErrorEventAfter(tokens, "overloaded_error"), Everything);
        using var client = server.CreateClient();

        var (updates, exception) = await client.GetStreamingResponseAsync("Hi").CollectAsync();

        Assert.IsType<AnthropicSseException>(exception);
        Assert.Equal(tokens == 0 ? "" : "It is", updates.ToChatResponse().Text);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task A_malformed_event_throws_after_what_came_before()
    {
        await using var server = await Clients.StartAsync(SimulatedFault.MalformedEventAfter(4), Everything);
        using var client = server.CreateClient();

        var (updates, exception) = await client.GetStreamingResponseAsync("Hi").CollectAsync();

        Assert.IsType<AnthropicInvalidDataException>(exception);
        Assert.Equal("It is", updates.ToChatResponse().Text);
    }

    [Fact]
    public async Task An_empty_stream_ends_with_nothing()
    {
        await using var server = await Clients.StartAsync(SimulatedFault.EmptyStream());
        using var client = server.CreateClient();
        Assert.Empty(await client.GetStreamingResponseAsync("Hi").ToListAsync());
    }

    [Fact]
    public async Task Pings_are_no_updates()
    {
        await using var server = await Clients.StartAsync(SimulatedFault.KeepAliveAfter(0, TimeSpan.FromMilliseconds(1)));
        using var client = server.CreateClient();
        await using (var updates = client.GetStreamingResponseAsync("Hi").GetAsyncEnumerator())
        {
            Assert.True(await updates.MoveNextAsync());
            Assert.Empty(updates.Current.Contents);
        }

        await server.WaitForAsync(static s => s.AbortedCount == s.RequestCount, TestContext.Current.CancellationToken);
    }
}
