using System.Text.Json;
using Microsoft.Extensions.AI;

namespace LlmResilience.OpenAI.Tests.Chat;

/// <summary>What the app asks to be strict is written as OpenAI's strict mode takes it, and what that cannot say is not strict.</summary>
public class StrictSchemaTests
{
    private static readonly AdditionalPropertiesDictionary Strict = new() { ["strict"] = true };

    [Fact]
    public Task Objects_are_closed_and_what_was_optional_may_be_null()
        => AssertStrictAsync(
            """
            {"$schema":"x","type":"object","properties":{"a":{"type":"string"},"b":{"type":"integer","description":"B"},
             "c":{"type":["string","null"]},"d":{"type":"object","properties":{"e":{"enum":["x","y"]}}},"f":{"$ref":"#/$defs/F"}},
             "required":["a"],"$defs":{"F":{"type":"object","properties":{},"additionalProperties":false}}}
            """,
            """
            {"type":"object","properties":{"a":{"type":"string"},"b":{"type":["integer","null"],"description":"B"},
             "c":{"type":["string","null"]},
             "d":{"type":["object","null"],"properties":{"e":{"anyOf":[{"enum":["x","y"],"type":"string"},{"type":"null"}]}},
                  "additionalProperties":false,"required":["e"]},
             "f":{"anyOf":[{"$ref":"#/$defs/F"},{"type":"null"}]}},
             "$defs":{"F":{"type":"object","properties":{},"additionalProperties":false,"required":[]}},
             "additionalProperties":false,"required":["a","b","c","d","f"]}
            """);

    [Fact]
    public Task What_is_not_known_everywhere_is_told_in_the_description()
        => AssertStrictAsync(
            """
            {"type":"object","properties":{
             "a":{"type":"string","minLength":1,"pattern":"^ä","format":"uri","description":"A."},
             "b":{"type":"integer","minimum":0,"default":5},
             "c":{"type":"string","format":"date-time"},
             "d":{"type":"array","items":{"type":"number","multipleOf":2},"maxItems":3,"x-own":{"y":1}}},"required":["a","c","d"]}
            """,
            """
            {"type":"object","properties":{
             "a":{"type":"string","description":"A.\nminLength: 1\npattern: \"^ä\"\nformat: \"uri\""},
             "b":{"type":"integer","description":"minimum: 0\ndefault: 5"},
             "c":{"type":"string","format":"date-time"},
             "d":{"type":"array","items":{"type":"number","description":"multipleOf: 2"},"description":"maxItems: 3\nx-own: {\"y\":1}"}},
             "required":["a","b","c","d"],"additionalProperties":false}
            """);

    [Fact]
    public Task Choices_and_references_are_written_in_the_one_way_that_is_known()
        => AssertStrictAsync(
            """
            {"type":"object","properties":{
             "a":{"oneOf":[{"type":"string"},{"type":"object","properties":{}}]},
             "b":{"$ref":"#/$defs/B","description":"B","default":1,"title":"T"},
             "c":{"allOf":[{"type":"string"}],"description":"C"}},"required":["a","b","c"],"$defs":{"B":{"const":1}}}
            """,
            """
            {"type":"object","properties":{
             "a":{"anyOf":[{"type":"string"},{"type":"object","properties":{},"additionalProperties":false,"required":[]}]},
             "b":{"anyOf":[{"$ref":"#/$defs/B"}],"description":"B"},
             "c":{"type":"string","description":"C"}},"$defs":{"B":{"const":1}},"required":["a","b","c"],"additionalProperties":false}
            """);

    [Theory]
    [InlineData("""{"type":"object"}""")]
    [InlineData("""{"type":"object","properties":{"a":{"type":"object"}}}""")]
    [InlineData("""{"type":"object","properties":{"a":{"type":"object","additionalProperties":{"type":"string"}}}}""")]
    [InlineData("""{"type":"object","properties":{"a":{}}}""")]
    [InlineData("""{"type":"object","properties":{"a":true}}""")]
    [InlineData("""{"type":"object","properties":{"a":{"type":"array"}}}""")]
    [InlineData("""{"type":"object","properties":{"a":{"type":"array","prefixItems":[{"type":"string"}],"items":{"type":"string"}}}}""")]
    [InlineData("""{"type":"object","properties":{"a":{"allOf":[{"type":"string"},{"minLength":1}]}}}""")]
    [InlineData("""{"type":"object","properties":{},"if":{},"then":{}}""")]
    [InlineData("""{"anyOf":[{"type":"object","properties":{}}]}""")]
    [InlineData("""{"type":"array","items":{"type":"string"}}""")]
    public async Task What_cannot_be_strict_is_sent_as_it_is(string schema)
    {
        var sent = await SendAsync(schema);

        Wire.AssertJson(schema, sent["schema"]);
        Assert.Null(sent["strict"]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_function_is_strict_where_it_or_the_request_says_so(bool byTool)
    {
        var function = AIFunctionFactory.Create((string city, int days = 3) => city + days, new AIFunctionFactoryOptions
        {
            Name = "weather",
            AdditionalProperties = byTool ? Strict : null,
        });

        var body = await Wire.RequestAsync(new ChatOptions { Tools = [function], AdditionalProperties = byTool ? null : Strict });

        Wire.AssertJson(
            """
            {"type":"object","properties":{"city":{"type":"string"},"days":{"type":"integer","description":"default: 3"}},
             "required":["city","days"],"additionalProperties":false}
            """,
            body["tools"]![0]!["function"]!["parameters"]);
        Assert.True((bool)body["tools"]![0]!["function"]!["strict"]!);
    }

    [Fact]
    public async Task A_function_without_parameters_is_strict_too()
    {
        var function = AIFunctionFactory.CreateDeclaration("now", "Tells the time.", JsonElement.Parse("""{"type":"object"}"""));

        var body = await Wire.RequestAsync(new ChatOptions { Tools = [function], AdditionalProperties = Strict });

        Wire.AssertJson(
            """{"type":"object","properties":{},"additionalProperties":false,"required":[]}""", body["tools"]![0]!["function"]!["parameters"]);
    }

    [Fact]
    public async Task What_must_not_be_strict_is_sent_as_it_is()
    {
        const string Schema = """{"type":"object","properties":{"a":{"type":"string"}}}""";

        var sent = await SendAsync(Schema, strict: false);

        Wire.AssertJson(Schema, sent["schema"]);
        Assert.False((bool)sent["strict"]!);
    }

    private static async Task AssertStrictAsync(string schema, string expected)
    {
        var sent = await SendAsync(schema);

        Wire.AssertJson(expected, sent["schema"]);
        Assert.True((bool)sent["strict"]!);
    }

    private static async Task<System.Text.Json.Nodes.JsonNode> SendAsync(string schema, bool strict = true)
    {
        var body = await Wire.RequestAsync(new ChatOptions
        {
            ResponseFormat = ChatResponseFormat.ForJsonSchema(JsonElement.Parse(schema)),
            AdditionalProperties = new() { ["strict"] = strict },
        });
        return body["response_format"]!["json_schema"]!;
    }
}
