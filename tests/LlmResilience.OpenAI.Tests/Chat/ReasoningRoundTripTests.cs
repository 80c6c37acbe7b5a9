using System.Text.Json;
using System.Text.Json.Nodes;
using LlmResilience.TestUtils;
using Microsoft.Extensions.AI;

namespace LlmResilience.OpenAI.Tests.Chat;

/// <summary>What a provider wants to see again goes back to it, streamed or not, and after the app has stored the conversation.</summary>
public class ReasoningRoundTripTests
{
    private const string Call = """{"id":"c1","type":"function","function":{"name":"f","arguments":"{\"x\":1}"}}""";

    private static string Calls(string call = Call) => $"\"tool_calls\":[{call}]";

    [Theory]
    [InlineData("reasoning_content", false)]
    [InlineData("reasoning_content", true)]
    [InlineData("reasoning", false)]
    [InlineData("reasoning", true)]
    public async Task Plain_reasoning_goes_back_beside_a_tool_call_under_its_name(string field, bool streaming)
    {
        var message = await RoundTripAsync(
            streaming,
            $$"""{"role":"assistant","content":"Let me see.","{{field}}":"Hm, hm",{{Calls()}}}""",
            $$"""{"role":"assistant","content":null,"{{field}}":"Hm, "}""",
            $$"""{"{{field}}":"hm"}""",
            """{"content":"Let me see."}""",
            "{" + Calls() + "}");

        Wire.AssertJson($$"""{"role":"assistant","content":"Let me see.","{{field}}":"Hm, hm",{{Calls()}}}""", message);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Empty_reasoning_goes_back_too(bool streaming)
    {
        var message = await RoundTripAsync(
            streaming,
            $$"""{"content":"","reasoning_content":"",{{Calls()}}}""",
            """{"role":"assistant","content":null,"reasoning_content":""}""",
            "{" + Calls() + "}");

        Wire.AssertJson($$"""{"role":"assistant","content":null,"reasoning_content":"",{{Calls()}}}""", message);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Without_a_tool_call_plain_reasoning_stays_here(bool streaming)
    {
        var message = await RoundTripAsync(
            streaming, """{"content":"Hello","reasoning_content":"Hm"}""", """{"reasoning_content":"Hm"}""", """{"content":"Hello"}""");

        Wire.AssertJson("""{"role":"assistant","content":"Hello"}""", message);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Without_reasoning_nothing_is_added(bool streaming)
    {
        var message = await RoundTripAsync(
            streaming,
            $$"""{"content":null,"reasoning_content":null,"reasoning_details":[],{{Calls()}}}""",
            """{"role":"assistant","content":null,"reasoning_content":null,"reasoning_details":[]}""",
            "{" + Calls() + "}");

        Wire.AssertJson($$"""{"role":"assistant","content":null,{{Calls()}}}""", message);
    }

    [Fact]
    public async Task Reasoning_details_of_a_whole_answer_go_back_as_they_came()
    {
        const string Details = """
            [{"type":"reasoning.summary","summary":"S","format":"openai-responses-v1","id":"rs_1","index":0},
             {"type":"reasoning.encrypted","data":"ZW5j","format":"openai-responses-v1","id":"rs_1","index":0},
             {"type":"reasoning.text","text":"T","signature":null,"index":1},{"type":"reasoning.text","text":"U","index":1},{"type":"of.tomorrow","n":1.50}]
            """;

        var message = await RoundTripAsync(streaming: false, $$"""{"content":"Hi","reasoning":"ST","reasoning_details":{{Details}}}""");

        Wire.AssertJson($$"""{"role":"assistant","content":"Hi","reasoning_details":{{Details}}}""", message);
    }

    [Fact]
    public async Task Reasoning_details_of_a_stream_are_put_together()
    {
        var message = await RoundTripAsync(
            streaming: true,
            "",
            """{"reasoning":"A","reasoning_details":[{"type":"reasoning.text","text":"A","format":"anthropic-claude-v1","index":0}]}""",
            """{"reasoning":"B","reasoning_details":[{"type":"reasoning.text","text":"B","format":"anthropic-claude-v1","index":0}]}""",
            """{"reasoning_details":[{"type":"reasoning.text","signature":"SIG","format":"anthropic-claude-v1","index":0}]}""",
            """{"reasoning_details":[{"type":"reasoning.text","text":"C","index":0}]}""",
            """{"reasoning_details":[{"type":"reasoning.text","text":"D","index":1},{"type":"reasoning.encrypted","data":"ZQ==","id":"e","index":2}]}""",
            "{" + Calls() + "}");

        Wire.AssertJson(
            $$"""
            {"role":"assistant","content":null,"reasoning_details":[
             {"type":"reasoning.text","text":"AB","format":"anthropic-claude-v1","index":0,"signature":"SIG"},
             {"type":"reasoning.text","text":"C","index":0},{"type":"reasoning.text","text":"D","index":1},
             {"type":"reasoning.encrypted","data":"ZQ==","id":"e","index":2}],{{Calls()}}}
            """,
            message);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Encrypted_content_goes_back_and_is_asked_to_be_kept(bool streaming)
    {
        var body = await SendBackAsync(
            streaming, """{"content":"Hi","reasoning_content":"Hm","encrypted_content":"ENC"}""", """{"reasoning_content":"Hm"}""", """{"content":"Hi","encrypted_content":"ENC"}""");

        Wire.AssertJson("""{"role":"assistant","content":"Hi","encrypted_content":"ENC"}""", body["messages"]![1]);
        Assert.True((bool)body["preserve_thinking"]!);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_thought_signature_goes_back_at_its_own_call(bool streaming)
    {
        const string First = """{"id":"a","type":"function","function":{"name":"f","arguments":"{}"},"extra_content":{"google":{"thought_signature":"S+/="}}}""";
        const string Second = """{"id":"b","type":"function","function":{"name":"f","arguments":"{}"}}""";

        var message = await RoundTripAsync(streaming, $$"""{"content":null,{{Calls(First + "," + Second)}}}""", "{" + Calls(First) + "}", "{" + Calls(Second) + "}");

        Wire.AssertJson($$"""{"role":"assistant","content":null,{{Calls(First + "," + Second)}}}""", message);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_thinking_block_goes_back_as_the_first(bool streaming)
    {
        var message = await RoundTripAsync(
            streaming,
            """{"content":[{"type":"thinking","thinking":[{"type":"text","text":"Hm, hm"}]},{"type":"text","text":"Hello"}]}""",
            """{"content":[{"type":"thinking","thinking":[{"type":"text","text":"Hm, "}]}]}""",
            """{"content":[{"type":"thinking","thinking":[{"type":"text","text":"hm"}]}]}""",
            """{"content":"Hello"}""");

        Wire.AssertJson(
            """{"role":"assistant","content":[{"type":"thinking","thinking":[{"type":"text","text":"Hm, hm"}]},{"type":"text","text":"Hello"}]}""", message);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_file_that_was_parsed_need_not_be_parsed_again(bool streaming)
    {
        const string Files = """[{"type":"file","file":{"hash":"h","name":"a.pdf","content":[{"type":"text","text":"T"}]}}]""";

        var message = await RoundTripAsync(streaming, $$"""{"content":"Hi","annotations":{{Files}}}""", """{"content":"Hi"}""", $$"""{"annotations":{{Files}}}""");

        Wire.AssertJson($$"""{"role":"assistant","content":"Hi","annotations":{{Files}}}""", message);
    }

    [Theory]
    [InlineData(4102444800, """{"role":"assistant","audio":{"id":"audio_1"}}""")]
    [InlineData(1700000000, """{"role":"assistant","content":"Hello"}""")]
    public async Task What_was_said_aloud_is_named_while_the_provider_keeps_it(long expiresAt, string expected)
    {
        var message = await RoundTripAsync(
            streaming: false, $$$"""{"content":null,"audio":{"id":"audio_1","data":"AAAA","transcript":"Hello","expires_at":{{{expiresAt}}}}}""");

        Wire.AssertJson(expected, message);
    }

    [Fact]
    public async Task Until_when_it_is_kept_is_told_by_the_chains_clock()
    {
        var time = new VirtualTimeProvider();
        var answer = await AnswerAsync(
            streaming: false,
            $$$"""{"content":null,"audio":{"id":"audio_1","data":"AAAA","transcript":"Hello","expires_at":{{{time.GetUtcNow().ToUnixTimeSeconds() + 60}}}}}""");
        await using var server = LoopbackServer.Json(Wire.Completion);
        using var client = new LlmResilienceBuilder { TimeProvider = time }
            .AddOpenAIEndpoint("a", provider => (provider.BaseAddress, provider.ApiKey, provider.ModelId) = (server.BaseAddress, "k", "m"))
            .Build();

        await client.GetResponseAsync(answer.Messages);
        time.Advance(TimeSpan.FromSeconds(60));
        await client.GetResponseAsync(answer.Messages);

        Assert.Equal([true, false], server.Requests.Select(request => JsonNode.Parse(request.Body)!["messages"]![0]!["audio"] is not null));
    }

    [Theory]
    [InlineData("c2lnbmVk")]
    [InlineData("{\"reasoning\":\"reasoning_content\"}")]
    [InlineData("llmresilience.openai:{broken")]
    [InlineData("llmresilience.openai:{\"reasoning\":\"model\",\"details\":5,\"calls\":[],\"thinking\":\"yes\"}")]
    [InlineData("llmresilience.openai:[]")]
    public async Task What_others_protect_is_left_alone(string data)
    {
        var body = await Wire.RequestAsync(
            options: null,
            new ChatMessage(ChatRole.User, "Hi"),
            new ChatMessage(ChatRole.Assistant, [new TextReasoningContent("Hm") { ProtectedData = data }, new TextContent("Hello")]));

        Wire.AssertJson("""{"role":"assistant","content":"Hello"}""", body["messages"]![1]);
    }

    [Fact]
    public async Task Reasoning_that_others_signed_does_not_go_back_as_ones_own()
    {
        var answer = await AnswerAsync(streaming: false, $$"""{"content":null,"reasoning_content":"mine",{{Calls()}}}""");
        answer.Messages[0].Contents.Insert(0, new TextReasoningContent("theirs") { ProtectedData = "c2lnbmVk" });

        var body = await Wire.RequestAsync(options: null, new ChatMessage(ChatRole.User, "Hi"), answer.Messages[0]);

        Assert.Equal("mine", (string?)body["messages"]![1]!["reasoning_content"]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Reasoning_stays_readable(bool streaming)
    {
        var answer = await AnswerAsync(streaming, """{"content":"Hi","reasoning_details":[{"type":"reasoning.summary","summary":"S"}]}""", """{"reasoning_details":[{"type":"reasoning.summary","summary":"S"}]}""", """{"content":"Hi"}""");

        Assert.Equal("S", string.Concat(answer.Messages[0].Contents.OfType<TextReasoningContent>().Select(r => r.Text)));
        Assert.Equal("Hi", answer.Text);
    }

    private static async Task<JsonNode?> RoundTripAsync(bool streaming, string whole, params string[] deltas)
        => (await SendBackAsync(streaming, whole, deltas))["messages"]![1];

    private static async Task<JsonNode> SendBackAsync(bool streaming, string whole, params string[] deltas)
    {
        var answer = await AnswerAsync(streaming, whole, deltas);
        List<ChatMessage> conversation = [new(ChatRole.User, "Hi"), .. answer.Messages];
        var calls = answer.Messages.SelectMany(message => message.Contents).OfType<FunctionCallContent>().ToArray();
        if (calls.Length > 0)
        {
            conversation.Add(new(ChatRole.Tool, [.. calls.Select(call => new FunctionResultContent(call.CallId, "R"))]));
        }

        var stored = JsonSerializer.Serialize(conversation, AIJsonUtilities.DefaultOptions);
        return await Wire.RequestAsync(options: null, [.. JsonSerializer.Deserialize<List<ChatMessage>>(stored, AIJsonUtilities.DefaultOptions)!]);
    }

    private static async Task<ChatResponse> AnswerAsync(bool streaming, string whole, params string[] deltas)
        => streaming
            ? (await Wire.StreamAsync([.. deltas.Select(delta => Wire.Chunk(delta)), Wire.Chunk("{}", "stop"), Wire.Done])).ToChatResponse()
            : await Wire.RespondAsync($$"""{"id":"c1","choices":[{"index":0,"message":{{whole}},"finish_reason":"stop"}]}""");
}
