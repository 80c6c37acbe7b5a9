using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using OpenAI.Chat;
using ChatMessage = Microsoft.Extensions.AI.ChatMessage;
using ChatResponseFormat = Microsoft.Extensions.AI.ChatResponseFormat;

namespace LlmResilience.OpenAI.Tests;

public class RequestOptionsTests
{
    public static TheoryData<ChatOptions, string, string> Options => new()
    {
        { new() { Temperature = 0.7f }, "temperature", "0.7" },
        { new() { TopP = 0.9f }, "top_p", "0.9" },
        { new() { MaxOutputTokens = 12 }, "max_tokens", "12" },
        { new() { FrequencyPenalty = 0.5f }, "frequency_penalty", "0.5" },
        { new() { PresencePenalty = -0.5f }, "presence_penalty", "-0.5" },
        { new() { Seed = 42 }, "seed", "42" },
        { new() { StopSequences = ["a", "b"] }, "stop", """["a","b"]""" },
        { new() { ModelId = "other" }, "model", "\"other\"" },
        { new() { Reasoning = new() { Effort = ReasoningEffort.None } }, "reasoning_effort", "\"none\"" },
        { new() { Reasoning = new() { Effort = ReasoningEffort.Low } }, "reasoning_effort", "\"low\"" },
        { new() { Reasoning = new() { Effort = ReasoningEffort.ExtraHigh } }, "reasoning_effort", "\"xhigh\"" },
        { new() { ResponseFormat = ChatResponseFormat.Text }, "response_format", """{"type":"text"}""" },
        { new() { ResponseFormat = ChatResponseFormat.Json }, "response_format", """{"type":"json_object"}""" },
    };

    [Theory]
    [MemberData(nameof(Options), DisableDiscoveryEnumeration = true)]
    public async Task Each_option_is_one_property(ChatOptions options, string name, string expected)
    {
        var body = (JsonObject)await Wire.RequestAsync(options);

        Wire.AssertJson(expected, body[name]);
        body.Remove(name);
        body.Remove("model");
        Wire.AssertJson("""{"messages":[{"role":"user","content":"Hi"}]}""", body);
    }

    [Fact]
    public async Task Nothing_is_sent_that_was_not_asked_for()
        => Wire.AssertJson("""{"model":"test-model","messages":[{"role":"user","content":"Hi"}]}""", await Wire.RequestAsync(new ChatOptions()));

    [Fact]
    public async Task A_stream_asks_for_its_usage()
        => Wire.AssertJson(
            """{"model":"test-model","messages":[{"role":"user","content":"Hi"}],"stream":true,"stream_options":{"include_usage":true}}""",
            await Wire.RequestAsync(options: null, streaming: true));

    [Fact]
    public async Task A_json_schema_is_passed_on()
    {
        using var schema = System.Text.Json.JsonDocument.Parse("""{"type":"object","properties":{"n":{"type":"integer"}},"required":["n"]}""");
        var options = new ChatOptions
        {
            ResponseFormat = ChatResponseFormat.ForJsonSchema(schema.RootElement, "city", "A city."),
            AdditionalProperties = new() { ["strict"] = true, ["unknown"] = "kept out" },
        };

        var body = await Wire.RequestAsync(options);

        Wire.AssertJson(
            """
            {"type":"json_schema","json_schema":{"name":"city","description":"A city.","schema":{"type":"object","properties":{"n":{"type":"integer"}},
             "required":["n"],"additionalProperties":false},"strict":true}}
            """,
            body["response_format"]);
        Assert.Null(body["unknown"]);
    }

    [Fact]
    public async Task The_apps_raw_request_wins()
    {
        var options = new ChatOptions
        {
            Temperature = 0.1f,
            TopP = 0.2f,
            ModelId = "m",
            RawRepresentationFactory = client =>
            {
                Assert.NotNull(client.GetService<ChatClientMetadata>());
                var raw = new ChatCompletionOptions { Temperature = 1, EndUserId = "u" };
#pragma warning disable SCME0001 // The SDK's way to fields that it does not know.
                raw.Patch.Set("$.enable_thinking"u8, value: true);
#pragma warning restore SCME0001
                return raw;
            },
        };

        Wire.AssertJson(
            """{"model":"m","messages":[{"role":"user","content":"Hi"}],"temperature":1,"user":"u","enable_thinking":true,"top_p":0.2}""",
            await Wire.RequestAsync(options));
    }

    [Theory]
    [InlineData("https://api.openai.com/v1", "max_completion_tokens")]
    [InlineData("https://x.openai.azure.com/openai/v1", "max_completion_tokens")]
    [InlineData("https://api.deepseek.com", "max_tokens")]
    [InlineData("http://localhost:8000/v1", "max_tokens")]
    public void Only_OpenAI_gets_the_new_name_of_the_token_limit(string endpoint, string expected)
    {
        var client = OpenAIClientFactory.Create(new() { BaseAddress = new(endpoint), ApiKey = "k", ModelId = "m" }, services: null);
        Assert.Equal(expected, ((OpenAIChatClient)client).MaxTokensName);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_callers_messages_and_options_stay_as_they_are(bool streaming)
    {
        var options = new ChatOptions { Temperature = 1, StopSequences = ["x"], Instructions = "Be brief." };
        var message = new ChatMessage(ChatRole.User, "Hi");

        await Wire.RequestAsync(options, streaming, message);

        Assert.Null(options.ModelId);
        Assert.Equal(["x"], options.StopSequences);
        Assert.Equal("Hi", Assert.IsType<TextContent>(Assert.Single(message.Contents)).Text);
        Assert.Null(message.MessageId);
    }
}
