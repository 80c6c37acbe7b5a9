using System.Text.Json;
using Microsoft.Extensions.AI;

namespace LlmResilience.OpenAI.Tests.Chat;

/// <summary>Whatever an answer holds reaches the app.</summary>
public class AnswerContentTests
{
    private const string Png = "data:image/png;base64,iVBORw0KGgo=";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Citations_are_annotations_of_the_text(bool streaming)
    {
        const string Annotations = """
            "annotations":[{"type":"url_citation","url_citation":{"start_index":1,"end_index":4,"title":"T","url":"https://x.test/a","content":"C"}},{"type":"of_tomorrow"}]
            """;

        var contents = await ReadAsync(streaming, $$"""{"content":"Hello",{{Annotations}}}""", """{"content":"Hello"}""", "{" + Annotations + "}");

        Assert.Equal("Hello", string.Concat(contents.OfType<TextContent>().Select(text => text.Text)));
        var annotations = contents.OfType<TextContent>().SelectMany(text => text.Annotations ?? []).ToArray();
        var citation = Assert.IsType<CitationAnnotation>(annotations[0]);
        Assert.Equal(("T", new Uri("https://x.test/a"), "C"), (citation.Title, citation.Url, citation.Snippet));
        var region = Assert.IsType<TextSpanAnnotatedRegion>(Assert.Single(citation.AnnotatedRegions!));
        Assert.Equal((1, 4), (region.StartIndex, region.EndIndex));
        Assert.Equal("of_tomorrow", ((JsonElement)annotations[1].RawRepresentation!).GetProperty("type").GetString());
    }

    [Theory]
    [InlineData(false, """ "citations":["https://x.test/a"] """, null)]
    [InlineData(true, """ "citations":["https://x.test/a"] """, null)]
    [InlineData(false, """ "citations":["https://x.test/a"],"search_results":[{"title":"T","url":"https://x.test/a","date":null}] """, "T")]
    [InlineData(true, """ "citations":["https://x.test/a"],"search_results":[{"title":"T","url":"https://x.test/a","date":null}] """, "T")]
    public async Task Sources_beside_the_message_are_citations_once(bool streaming, string sources, string? title)
    {
        string Event(string delta, string reason) => $$"""{{{sources}},"choices":[{"index":0,"delta":{{delta}},"finish_reason":{{reason}}}]}""";
        var response = streaming
            ? (await Wire.StreamAsync(Event("""{"content":"Hel"}""", "null"), Event("""{"content":"lo"}""", "null"), Event("{}", "\"stop\""), Wire.Done)).ToChatResponse()
            : await Wire.RespondAsync($$"""{{{sources}},"choices":[{"message":{"content":"Hello"},"finish_reason":"stop"}]}""");

        Assert.Equal("Hello", response.Text);
        var citation = Assert.IsType<CitationAnnotation>(Assert.Single(response.Messages[0].Contents.SelectMany(content => content.Annotations ?? [])));
        Assert.Equal((title, new Uri("https://x.test/a")), (citation.Title, citation.Url));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Images_are_data_or_addresses(bool streaming)
    {
        const string Images = $$$"""
            "images":[{"type":"image_url","image_url":{"url":"{{{Png}}}"}},{"type":"image_url","image_url":{"url":"https://x.test/i"}},{"type":"image_url","image_url":{"url":"data:broken"}}]
            """;

        var contents = await ReadAsync(streaming, $$"""{"content":"",{{Images}}}""", "{" + Images + "}");

        var data = Assert.IsType<DataContent>(contents[0]);
        Assert.Equal(("image/png", 8), (data.MediaType, data.Data.Length));
        Assert.Equal(new Uri("https://x.test/i"), Assert.IsType<UriContent>(contents[1]).Uri);
        Assert.Equal("data:broken", ((JsonElement)contents[2].RawRepresentation!).GetProperty("image_url").GetProperty("url").GetString());
    }

    [Theory]
    [InlineData("UklGRg==", "audio/wav")]
    [InlineData("SUQzBA==", "audio/mpeg")]
    [InlineData("T2dnUw==", "audio/ogg")]
    [InlineData("AQIDBA==", "audio/pcm")]
    public async Task What_is_said_aloud_is_sound_and_text(string data, string mediaType)
    {
        var contents = await ReadAsync(streaming: false, $$$"""{"content":null,"audio":{"id":"a","data":"{{{data}}}","transcript":"Hello","expires_at":1}}""");

        Assert.Equal("Hello", Assert.Single(contents.OfType<TextContent>()).Text);
        Assert.Equal((mediaType, data), (contents.OfType<DataContent>().Single().MediaType, contents.OfType<DataContent>().Single().Base64Data.ToString()));
    }

    [Fact]
    public async Task Sound_that_is_streamed_comes_in_pieces()
    {
        var contents = await ReadAsync(streaming: true, "", """{"audio":{"id":"a"}}""", """{"audio":{"data":"UklGRg==","transcript":"Hel"}}""", """{"audio":{"data":"AQID","transcript":"lo"}}""", """{"audio":{"data":"not base64"}}""");

        Assert.Equal("Hello", string.Concat(contents.OfType<TextContent>().Select(text => text.Text)));
        Assert.Equal(["audio/wav", "audio/wav"], contents.OfType<DataContent>().Select(sound => sound.MediaType));
        Assert.Contains(contents, content => content.RawRepresentation is JsonElement);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Parts_of_the_content(bool streaming)
    {
        const string Parts = """
            {"content":[{"type":"thinking","thinking":"Hm"},{"type":"text","text":"Hel"},{"type":"reference","reference_ids":[1,2]},{"text":"lo"},
             {"type":"refusal","refusal":"No."},{"type":"image_url","image_url":"https://x.test/i"}]}
            """;

        var contents = await ReadAsync(streaming, Parts, Parts.ReplaceLineEndings(""));

        Assert.Equal("Hm", Assert.IsType<TextReasoningContent>(contents[0]).Text);
        Assert.Equal("Hello", string.Concat(contents.OfType<TextContent>().Select(text => text.Text)));
        Assert.Equal("reference", ((JsonElement)contents.Single(content => content.GetType() == typeof(AIContent)).RawRepresentation!).GetProperty("type").GetString());
        Assert.Equal("No.", Assert.Single(contents.OfType<ErrorContent>()).Message);
        Assert.Single(contents.OfType<UriContent>());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_function_call_from_before_there_were_tools(bool streaming)
    {
        var contents = await ReadAsync(
            streaming,
            """{"content":null,"function_call":{"name":"f","arguments":"{\"x\":1}"}}""",
            """{"function_call":{"name":"f","arguments":""}}""", """{"function_call":{"arguments":"{\"x\""}}""", """{"function_call":{"arguments":":1}"}}""");

        var call = Assert.Single(contents.OfType<FunctionCallContent>());
        Assert.Equal(("f", "1"), (call.Name, call.Arguments!["x"]!.ToString()));
    }

    [Fact]
    public async Task Pictures_of_the_models_are_not_sent_back()
    {
        var body = await Wire.RequestAsync(
            options: null, new ChatMessage(ChatRole.User, "Draw"), new ChatMessage(ChatRole.Assistant, [new TextContent("Here"), new DataContent(Png)]));

        Wire.AssertJson("""{"role":"assistant","content":"Here"}""", body["messages"]![1]);
    }

    private static async Task<IList<AIContent>> ReadAsync(bool streaming, string whole, params string[] deltas)
    {
        var response = streaming
            ? (await Wire.StreamAsync([.. deltas.Select(delta => Wire.Chunk(delta)), Wire.Chunk("{}", "stop"), Wire.Done])).ToChatResponse()
            : await Wire.RespondAsync($$"""{"choices":[{"message":{{whole}},"finish_reason":"stop"}]}""");
        return Assert.Single(response.Messages).Contents;
    }
}
