using Microsoft.Extensions.AI;

namespace LlmResilience.OpenAI.Tests.Chat;

/// <summary>Pieces of a tool call are signs of life; what only has the name is not.</summary>
public class ToolCallProgressTests
{
    [Theory]
    [InlineData("""{"choices":[{"delta":{"tool_calls":[{"index":0,"function":{"arguments":"{"}}]}}]}""", true)]
    [InlineData("""{"choices":[{"delta":{"tool_calls" : [ {"index":0}]}}]}""", true)]
    [InlineData("""{"choices":[{"delta":{"role":"assistant","content":"","tool_calls":null}}]}""", false)]
    [InlineData("""{"choices":[{"delta":{"role":"assistant","tool_calls":[]}}]}""", false)]
    [InlineData("""{"choices":[{"delta":{"role":"assistant"}}]}""", false)]
    public void A_chunk(string json, bool isPiece)
        => Assert.Equal(isPiece, ToolCallProgress.IsPiece(new ChatResponseUpdate { RawRepresentation = BinaryData.FromString(json) }));

    [Fact]
    public void An_update_of_another_client_is_none() => Assert.False(ToolCallProgress.IsPiece(new ChatResponseUpdate { RawRepresentation = "tool_calls" }));
}
