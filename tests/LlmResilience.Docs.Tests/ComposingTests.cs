using LlmResilience.Docs.Tests.Snippets;
using LlmResilience.TestUtils;
using Microsoft.Extensions.AI;

namespace LlmResilience.Docs.Tests;

/// <summary>What docs/composing.md says of what goes over the resilient client and what inside an endpoint.</summary>
public sealed class ComposingTests
{
    private static readonly ChatResponseUpdate CallsTool = new(ChatRole.Assistant, [new FunctionCallContent("1", "Count")]) { FinishReason = ChatFinishReason.ToolCalls };

    [Fact]
    public async Task Over_it_a_tool_runs_once_while_the_round_after_it_falls_back()
    {
        var runs = 0;
        var tools = new ChatOptions { Tools = [AIFunctionFactory.Create(() => ++runs, "Count")] };
        using var primary = new FakeChatClient(Script.Updates(CallsTool), Script.Throw(new ArithmeticException()));
        using var backup = new FakeChatClient(Script.Answer("well"));
        using var chat = ComposingSnippets.Over(primary, backup);

        var response = await chat.GetResponseAsync("How many?", tools);

        Assert.Equal(("well", "backup", 1), (response.Text, response.GetLlmEndpoint()?.Name, runs));
    }

    [Fact]
    public async Task Inside_an_endpoint_the_whole_loop_is_one_attempt_and_a_fallback_runs_the_tool_again()
    {
        var runs = 0;
        var tools = new ChatOptions { Tools = [AIFunctionFactory.Create(() => ++runs, "Count")] };
        using var primary = new ToolLoop(new FakeChatClient(Script.Updates(CallsTool), Script.Throw(new ArithmeticException())));
        using var backup = new ToolLoop(new FakeChatClient(Script.Updates(CallsTool), Script.Answer("well")));
        using var client = primary.WithLlmResilience(llm => llm.AddEndpoint("backup", backup));

        Assert.Equal("well", (await client.GetResponseAsync("How many?", tools)).Text);
        Assert.Equal(2, runs);
    }

    [Fact]
    public async Task Over_it_a_cache_answers_whoever_answered_first_and_asks_nobody()
    {
        using var primary = new FakeChatClient(Script.Throw(new ArithmeticException()), Script.Answer("well"));
        using var backup = new FakeChatClient(Script.Answer("backup"));
        using var chat = ComposingSnippets.Over(primary, backup);

        var first = await chat.GetResponseAsync("hi");
        var second = await chat.GetResponseAsync("hi");

        Assert.Equal(("backup", "backup"), (first.Text, second.Text));
        Assert.Equal((1, 1), (primary.Calls, backup.Calls));
    }

    [Fact]
    public async Task Telemetry_over_it_sees_requests_and_inside_an_endpoint_attempts()
    {
        var first = new AttemptCounter(new FakeChatClient(Script.Throw(new ArithmeticException())));
        var second = new AttemptCounter(new FakeChatClient(Script.Answer("well")));
        using var requests = new AttemptCounter(first.WithLlmResilience(llm => llm.AddEndpoint("backup", second)));

        await requests.GetResponseAsync("hi");

        Assert.Equal([(0, 1), (1, 0), (1, 0)], new[] { first, second, requests }.Select(counter => (counter.Succeeded, counter.Failed)));
    }

    [Fact]
    public void The_decorator_of_an_endpoint_is_made_with_it()
    {
        Environment.SetEnvironmentVariable("OPENAI_API_KEY", "none");
        var builder = new LlmResilienceBuilder();
        ComposingSnippets.Inside(builder);
        using var client = builder.Build();

        Assert.NotNull(client.GetService<AttemptCounter>());
    }
}
