using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;

namespace LlmResilience.OpenAI.Tests;

public class RequestMessagesTests
{
    [Fact]
    public async Task Roles_and_texts()
    {
        var messages = await SendAsync(
            new(ChatRole.System, "S"),
            new(new ChatRole("developer"), "D"),
            new(ChatRole.User, [new TextContent("U1 "), new TextContent("U2")]) { AuthorName = "Ann Lee" },
            new(ChatRole.Assistant, [new TextReasoningContent("hidden"), new TextContent("A \"ä\" 中")]),
            new(ChatRole.User, (string?)null));

        Wire.AssertJson(
            """
            [{"role":"system","content":"S"},{"role":"developer","content":"D"},{"role":"user","name":"AnnLee","content":"U1 U2"},
             {"role":"assistant","content":"A \"ä\" 中"},{"role":"user","content":""}]
            """,
            messages);
    }

    [Fact]
    public async Task Instructions_come_first()
    {
        var body = await Wire.RequestAsync(new ChatOptions { Instructions = "I" }, new ChatMessage(ChatRole.User, "U"));
        Wire.AssertJson("""[{"role":"system","content":"I"},{"role":"user","content":"U"}]""", body["messages"]);
    }

    [Fact]
    public async Task Attachments()
    {
        byte[] bytes = [1, 2, 3];
        var messages = await SendAsync(new ChatMessage(ChatRole.User,
        [
            new TextContent("T"),
            new UriContent("https://x.test/i.png", "image/png") { AdditionalProperties = new() { ["detail"] = "low" } },
            new DataContent(bytes, "image/png"),
            new DataContent(bytes, "audio/mpeg"),
            new DataContent(bytes, "application/pdf") { Name = "d.pdf" },
            new HostedFileContent("file-1"),
        ]));

        Wire.AssertJson(
            """
            [{"type":"text","text":"T"},
             {"type":"image_url","image_url":{"url":"https://x.test/i.png","detail":"low"}},
             {"type":"image_url","image_url":{"url":"data:image/png;base64,AQID"}},
             {"type":"input_audio","input_audio":{"data":"AQID","format":"mp3"}},
             {"type":"file","file":{"filename":"d.pdf","file_data":"data:application/pdf;base64,AQID"}},
             {"type":"file","file":{"file_id":"file-1"}}]
            """,
            messages[0]!["content"]);
    }

    [Fact]
    public async Task Calls_and_their_results()
    {
        var messages = await SendAsync(
            new(ChatRole.Assistant,
            [
                new FunctionCallContent("c1", "weather", new Dictionary<string, object?>(StringComparer.Ordinal) { ["city"] = "Rome", ["days"] = 2 }),
                new FunctionCallContent("c2", "time"),
            ]),
            new(ChatRole.Tool,
            [
                new FunctionResultContent("c1", "sunny"),
                new FunctionResultContent("c2", new Dictionary<string, object?>(StringComparer.Ordinal) { ["hour"] = 12 }),
            ]),
            new(ChatRole.Assistant, [new ErrorContent("I can't.") { ErrorCode = "Refusal" }]));

        Wire.AssertJson(
            """
            [{"role":"assistant","content":null,"tool_calls":[
               {"id":"c1","type":"function","function":{"name":"weather","arguments":"{\"city\":\"Rome\",\"days\":2}"}},
               {"id":"c2","type":"function","function":{"name":"time","arguments":"{}"}}]},
             {"role":"tool","tool_call_id":"c1","content":"sunny"},
             {"role":"tool","tool_call_id":"c2","content":"{\"hour\":12}"},
             {"role":"assistant","refusal":"I can't.","content":null}]
            """,
            messages);
    }

    [Fact]
    public async Task What_cannot_be_sent_is_an_error_of_the_request()
    {
        await Assert.ThrowsAsync<NotSupportedException>(() => SendAsync(new ChatMessage(ChatRole.User, [new UriContent("https://x.test/v.mp4", "video/mp4")])));
        await Assert.ThrowsAsync<NotSupportedException>(() => Wire.RequestAsync(new ChatOptions { Tools = [new HostedCodeInterpreterTool()] }));
    }

    private static async Task<JsonNode> SendAsync(params ChatMessage[] messages)
        => (await Wire.RequestAsync(options: null, messages))["messages"]!;
}
