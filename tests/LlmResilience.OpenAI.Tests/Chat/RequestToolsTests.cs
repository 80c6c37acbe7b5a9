using System.Text.Json;
using Microsoft.Extensions.AI;

namespace LlmResilience.OpenAI.Tests;

public class RequestToolsTests
{
    private static readonly AIFunctionDeclaration Weather = AIFunctionFactory.CreateDeclaration(
        "weather", "Tells the weather.", JsonDocument.Parse("""{"type":"object","properties":{"city":{"type":"string"}}}""").RootElement);

    [Fact]
    public async Task A_function_is_described()
    {
        var body = await Wire.RequestAsync(new ChatOptions { Tools = [Weather], AllowMultipleToolCalls = false });

        Wire.AssertJson(
            """[{"type":"function","function":{"name":"weather","description":"Tells the weather.","parameters":{"type":"object","properties":{"city":{"type":"string"}}}}}]""",
            body["tools"]);
        Wire.AssertJson("false", body["parallel_tool_calls"]);
        Assert.Null(body["tool_choice"]);
    }

    public static TheoryData<ChatToolMode, string> Modes => new()
    {
        { ChatToolMode.Auto, "\"auto\"" },
        { ChatToolMode.None, "\"none\"" },
        { ChatToolMode.RequireAny, "\"required\"" },
        { ChatToolMode.RequireSpecific("weather"), """{"type":"function","function":{"name":"weather"}}""" },
    };

    [Theory]
    [MemberData(nameof(Modes), DisableDiscoveryEnumeration = true)]
    public async Task The_mode_becomes_the_choice(ChatToolMode mode, string expected)
        => Wire.AssertJson(expected, (await Wire.RequestAsync(new ChatOptions { Tools = [Weather], ToolMode = mode }))["tool_choice"]);

    [Fact]
    public async Task Without_tools_there_is_no_choice()
        => Assert.Null((await Wire.RequestAsync(new ChatOptions { ToolMode = ChatToolMode.RequireAny }))["tool_choice"]);
}
