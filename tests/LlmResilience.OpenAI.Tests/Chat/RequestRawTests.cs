using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;
using OpenAI.Chat;
using ChatMessage = Microsoft.Extensions.AI.ChatMessage;

namespace LlmResilience.OpenAI.Tests.Chat;

/// <summary>What the app has as JSON already, or what no type has a place for, reaches the server as it is.</summary>
public sealed class RequestRawTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Options_as_JSON_are_sent_whole_and_win(bool streaming)
    {
        var raw = JsonElement.Parse("""{"model":"other","messages":[],"stream":false,"top_k":5,"seed":12345678901234567890,"temperature":0.30,"nested":{"a":[1]},"tools":[{"type":"web_search"}]}""");

        var request = await Wire.RequestAsync(new ChatOptions { Temperature = 1, TopP = 0.5f, RawRepresentationFactory = _ => raw }, streaming);

        Assert.Equal(("test-model", 1), ((string?)request["model"], request["messages"]!.AsArray().Count));
        Assert.Equal(streaming, (bool?)request["stream"] ?? false);
        Assert.Equal(("12345678901234567890", "0.30", 0.5f), (request["seed"]!.ToJsonString(), request["temperature"]!.ToJsonString(), (float)request["top_p"]!));
        Wire.AssertJson("""{"a":[1]}""", request["nested"]);
        Wire.AssertJson("""[{"type":"web_search"}]""", request["tools"]);
    }

    [Fact]
    public async Task Stream_options_join_the_one_that_is_ours()
    {
        var raw = JsonElement.Parse("""{"stream_options":{"include_usage":false,"include_obfuscation":false}}""");

        var request = await Wire.RequestAsync(new ChatOptions { RawRepresentationFactory = _ => raw }, streaming: true);

        Wire.AssertJson("""{"include_usage":true,"include_obfuscation":false}""", request["stream_options"]);
    }

    [Fact]
    public async Task The_SDKs_typed_options_are_sent_as_before()
    {
        var request = await Wire.RequestAsync(new ChatOptions { RawRepresentationFactory = _ => new ChatCompletionOptions { EndUserId = "ann" } });

        Assert.Equal("ann", (string?)request["user"]);
    }

    [Fact]
    public async Task A_message_as_JSON_is_sent_as_it_is()
    {
        const string Json = """{"role":"user","content":[{"type":"video_url","video_url":{"url":"http://x/v"}}],"cache_control":{"type":"ephemeral"}}""";
        var message = new ChatMessage(ChatRole.User, "for others") { RawRepresentation = JsonElement.Parse(Json) };

        var request = await Wire.RequestAsync(options: null, new ChatMessage(ChatRole.System, "Be brief."), message);

        Assert.Equal("Be brief.", (string?)request["messages"]![0]!["content"]);
        Wire.AssertJson(Json, request["messages"]![1]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_request_as_bytes_is_sent_as_it_is_whether_its_pieces_are_large_or_small(bool streaming)
    {
        var properties = new Dictionary<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal)
        {
            ["model"] = Bytes("\"other\""),
            ["messages"] = Bytes("[]"),
            ["stream"] = Bytes("false"),
            ["stream_options"] = Bytes("""{"include_usage":false,"include_obfuscation":false}"""),
            ["temperature"] = Bytes("0.30"),
            ["prediction"] = Bytes($"\"{new string('p', 10_000)}\""),
            ["tools"] = Bytes("""[{"type":"web_search"}]"""),
        };
        string[] texts = ["ä", new('y', 5_000), "b", new('z', 100_000), .. Enumerable.Repeat(new string('c', 4_000), 100)];
        var messages = texts.Select(text => new ChatMessage(ChatRole.User, "for others") { RawRepresentation = Bytes($$"""{"role":"user","content":"{{text}}"}""") });

        var request = await Wire.RequestAsync(
            new ChatOptions { Temperature = 1, TopP = 0.5f, RawRepresentationFactory = _ => properties }, streaming, [.. messages, new ChatMessage(ChatRole.User, "last")]);

        Assert.Equal("test-model", (string?)request["model"]);
        Assert.Equal([.. texts, "last"], request["messages"]!.AsArray().Select(message => (string)message!["content"]!));
        Assert.Equal(streaming, (bool?)request["stream"] ?? false);
        Assert.Equal(("0.30", 0.5f, 10_000), (request["temperature"]!.ToJsonString(), (float)request["top_p"]!, ((string)request["prediction"]!).Length));
        Wire.AssertJson("""[{"type":"web_search"}]""", request["tools"]);
        Assert.Equal(streaming ? """{"include_usage":true,"include_obfuscation":false}""" : null, request["stream_options"]?.ToJsonString());
    }

    [Theory]
    [InlineData("""[{"type":"web_search"}]""", 2)]
    [InlineData("[ ]", 1)]
    [InlineData("null", 1)]
    public async Task Tools_as_bytes_join_those_of_the_call(string tools, int count)
    {
        var properties = new Dictionary<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal) { ["tools"] = Bytes(tools) };
        var options = new ChatOptions { RawRepresentationFactory = _ => properties };

        Assert.Equal(count - 1, (await Wire.RequestAsync(options))["tools"]?.AsArray().Count ?? 0);
        options.Tools = [AIFunctionFactory.Create(() => 1, "f")];
        Assert.Equal(count, (await Wire.RequestAsync(options))["tools"]!.AsArray().Count);
    }

    [Fact]
    public async Task The_arguments_of_a_tool_call_can_be_had_as_the_model_wrote_them()
    {
        var updates = await Wire.StreamAsync(
            Wire.Chunk("""{"tool_calls":[{"index":0,"id":"1","type":"function","function":{"name":"f","arguments":"not "}}]}"""),
            Wire.Chunk("""{"tool_calls":[{"index":0,"function":{"arguments":"json"}}]}"""),
            Wire.Chunk("{}", "tool_calls"),
            Wire.Done);

        var call = Assert.Single(updates.SelectMany(update => update.Contents).OfType<FunctionCallContent>());
        Assert.Equal("not json", call.RawRepresentation);
        Assert.NotNull(call.Exception);
    }

    private static ReadOnlyMemory<byte> Bytes(string json) => Encoding.UTF8.GetBytes(json);
}
