using System.Text.Json.Nodes;
using Gateway.Tests.Hosting;
using OpenAI.Chat;
using static Gateway.Tests.Hosting.ScriptedProvider;

namespace Gateway.Tests;

/// <summary>Requests and answers pass whole: also what neither the gateway nor the library knows.</summary>
public sealed class PassThroughTests
{
    private const string Completion = """{"id":"c1","object":"chat.completion","created":1,"model":"m-1","choices":[{"index":0,"message":{"role":"assistant","content":"Hello","reasoning_content":"Hm","new_thing":[1]},"logprobs":{"content":[{"token":"Hello","logprob":-0.5}]},"finish_reason":"stop"}],"usage":{"prompt_tokens":1,"completion_tokens":2,"total_tokens":3},"system_fingerprint":"fp"}""";

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_request_reaches_the_provider_field_by_field(bool stream)
    {
        await using var provider = new ScriptedProvider((_, socket) => stream
            ? SendEventsAsync(socket, Chunk("""{"content":"Hi"}""", "\"stop\""), "[DONE]")
            : SendJsonAsync(socket, Completion));
        await using var gateway = await RunningGateway.ForProviderAsync(provider.Address);
        const string Rest = """
            "temperature":0.30,"max_tokens":7,"top_k":5,"seed":12345678901234567890,"reasoning_effort":"minimal","logprobs":true,
            "chat_template_kwargs":{"enable_thinking":false},"stop":["a","b"],"user":"ä😀","response_format":{"type":"json_schema","json_schema":{"name":"s","strict":true,"schema":{}}},
            "tools":[{"type":"function","function":{"name":"f","parameters":{"type":"object","properties":{"a":{"type":"number"}}},"strict":true}},{"type":"web_search","x":1}],
            "tool_choice":{"type":"function","function":{"name":"f"}},"parallel_tool_calls":false,
            "messages":[
              {"role":"developer","content":"Be brief.","cache_control":{"type":"ephemeral"}},
              {"role":"user","name":"Ann","content":[{"type":"text","text":"What is this?"},{"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA","detail":"low"}},{"type":"video_url","video_url":{"url":"http://x/v"}}]},
              {"role":"assistant","content":null,"reasoning_content":"Hm","tool_calls":[{"id":"1","type":"function","function":{"name":"f","arguments":"{ \"a\" :1}"}}]},
              {"role":"tool","tool_call_id":"1","content":[{"type":"text","text":"4"}]},
              {"role":"assistant","refusal":"No.","content":null}]
            """;

        using var response = await gateway.PostAsync($$"""{"model":"any/name:7b","fallbacks":["other"],"stream":{{(stream ? "true" : "false")}},"stream_options":{"include_obfuscation":false},{{Rest}}}""");

        Assert.True(response.IsSuccessStatusCode);
        var sent = Assert.Single(provider.Requests).AsObject();
        Assert.Equal("any/name:7b", (string?)sent["model"]);
        Assert.Equal(stream, (bool?)sent["stream"] ?? false);
        Assert.False(sent.ContainsKey("fallbacks"));
        Assert.Equal(!stream, sent["stream_options"]?["include_obfuscation"] is null);
        sent.Remove("model");
        sent.Remove("stream");
        sent.Remove("stream_options");
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse($"{{{Rest}}}"), sent), sent.ToJsonString());
    }

    [Fact]
    public async Task A_whole_answer_is_the_providers_own()
    {
        await using var provider = Json(Completion);
        await using var gateway = await RunningGateway.ForProviderAsync(provider.Address);

        using var response = await gateway.AskAsync();

        Assert.Equal(Completion, await response.Content.ReadAsStringAsync());
        Assert.Equal("application/json", response.Content.Headers.ContentType!.MediaType);
        Assert.Equal("1", response.Headers.GetValues("x-llm-attempts").Single());
    }

    [Fact]
    public async Task A_streamed_answer_keeps_its_id_model_reasoning_log_probabilities_and_unknown_fields()
    {
        await using var provider = Events(
            Chunk("""{"role":"assistant","content":""}"""),
            Chunk("""{"reasoning_content":"Hm"}"""),
            """{"id":"c1","created":1700000000,"model":"m-1","service_tier":"x","choices":[{"index":0,"delta":{"content":"Hello","new_thing":[1]},"logprobs":{"content":[{"token":"Hello","logprob":-0.5}]},"finish_reason":null}]}""",
            Chunk("{}", "\"length\""),
            "[DONE]");
        await using var gateway = await RunningGateway.ForProviderAsync(provider.Address);

        using var response = await gateway.AskAsync(stream: true);

        var events = await ServerEvents.ReadAsync(response);
        Assert.Equal(("Hm", "Hello", "length"), (events.Reasoning, events.Content, events.FinishReason));
        Assert.All(events.Events, one => Assert.Equal(("c1", "m-1", 1700000000), ((string?)one["id"], (string?)one["model"], (int?)one["created"])));
        Assert.Equal("assistant", (string?)events.Choices.First()["delta"]!["role"]);
        Assert.Contains(events.Events, one => (string?)one["service_tier"] == "x");
        Assert.Contains(events.Choices, choice => choice["delta"]!["new_thing"] is not null && choice["logprobs"] is not null);
    }

    [Fact]
    public async Task Tool_calls_come_in_the_shape_that_OpenAIs_client_reads()
    {
        await using var provider = Events(
            Chunk("""{"role":"assistant","content":"Let me see."}"""),
            Chunk("""{"tool_calls":[{"index":0,"id":"1","type":"function","function":{"name":"f","arguments":"{\"a\""}}]}"""),
            Chunk("""{"tool_calls":[{"index":0,"function":{"arguments":": 1}"}},{"index":1,"id":"2","type":"function","function":{"name":"g","arguments":"not json"}}]}"""),
            Chunk("{}", "\"tool_calls\""),
            "[DONE]");
        await using var gateway = await RunningGateway.ForProviderAsync(provider.Address);

        List<StreamingChatToolCallUpdate> calls = [];
        ChatFinishReason? reason = null;
        await foreach (var update in gateway.CreateSdkClient().CompleteChatStreamingAsync("Hi"))
        {
            calls.AddRange(update.ToolCallUpdates);
            reason ??= update.FinishReason;
        }

        Assert.Equal(
            [(0, "1", "f", "{\"a\": 1}"), (1, "2", "g", "not json")],
            calls.Select(call => (call.Index, call.ToolCallId, call.FunctionName, call.FunctionArgumentsUpdate.ToString())));
        Assert.Equal(ChatFinishReason.ToolCalls, reason);
    }

    [Fact]
    public async Task A_refusal_comes_as_one()
    {
        await using var provider = Events(Chunk("""{"refusal":"I will "}"""), Chunk("""{"refusal":"not."}"""), Chunk("{}", "\"stop\""), "[DONE]");
        await using var gateway = await RunningGateway.ForProviderAsync(provider.Address);

        using var response = await gateway.AskAsync(stream: true);

        var events = await ServerEvents.ReadAsync(response);
        Assert.Equal("I will not.", string.Concat(events.Choices.Select(choice => (string?)choice["delta"]!["refusal"])));
        Assert.Null(events.Error);
    }

    [Fact]
    public async Task A_provider_that_does_not_stream_is_streamed()
    {
        await using var provider = Json(Completion);
        await using var gateway = await RunningGateway.ForProviderAsync(provider.Address);

        using var response = await gateway.AskAsync(stream: true, more: """ "stream_options":{"include_usage":true}, """);

        var events = await ServerEvents.ReadAsync(response);
        Assert.Equal(("Hello", "Hm", "stop", true), (events.Content, events.Reasoning, events.FinishReason, events.IsDone));
        Assert.Equal(3, (int?)events.Usage!["total_tokens"]);
    }
}
