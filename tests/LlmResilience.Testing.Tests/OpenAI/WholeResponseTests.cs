using System.Text.Json.Nodes;

namespace LlmResilience.Testing.Tests.OpenAI;

public sealed class WholeResponseTests : ServerFixture
{
    [Fact]
    public async Task The_answer_is_a_chat_completion()
    {
        await StartAsync(o => o.TokensPerPrompt = 12);

        using var response = await AskAsync(stream: false);
        Assert.Equal("application/json", response.Content.Headers.ContentType?.ToString());
        var json = JsonNode.Parse(await ReadAsync(response))!;

        Assert.Equal("chatcmpl-00000001", (string?)json["id"]);
        Assert.Equal("chat.completion", (string?)json["object"]);
        Assert.Equal("deepseek-r1-distill-qwen-7b", (string?)json["model"]);
        Assert.Equal("assistant", (string?)json["choices"]![0]!["message"]!["role"]);
        Assert.Equal(5, ((string?)json["choices"]![0]!["message"]!["content"])!.Split(' ').Length);
        Assert.Equal("stop", (string?)json["choices"]![0]!["finish_reason"]);
        Assert.Equal("""{"prompt_tokens":12,"completion_tokens":5,"total_tokens":17}""", json["usage"]!.ToJsonString());
    }

    [Fact]
    public async Task Reasoning_has_its_own_member()
    {
        await StartAsync(o => o.ReasoningTokenCount = 3);

        var json = JsonNode.Parse(await ReadAsync(await AskAsync(stream: false)))!;

        Assert.Equal(3, ((string?)json["choices"]![0]!["message"]!["reasoning_content"])!.Split(' ').Length);
        Assert.Equal(3, (int?)json["usage"]!["completion_tokens_details"]!["reasoning_tokens"]);
    }

    [Fact]
    public async Task The_limit_may_fall_within_the_reasoning()
    {
        await StartAsync(o => o.ReasoningTokenCount = 10);

        var json = JsonNode.Parse(await ReadAsync(await AskAsync(stream: false, more: ",\"max_tokens\":4")))!;

        Assert.Equal("", (string?)json["choices"]![0]!["message"]!["content"]);
        Assert.Equal("length", (string?)json["choices"]![0]!["finish_reason"]);
    }
}
