using LlmResilience.Docs.Tests.Snippets;
using LlmResilience.TestUtils;
using Microsoft.Extensions.AI;

namespace LlmResilience.Docs.Tests;

/// <summary>What docs/drills.md shows does what it says.</summary>
public sealed class DrillTests
{
    [Fact]
    public async Task The_drill_over_the_wire_is_answered_by_the_backup() => Assert.Equal("backup", await DrillSnippets.OverTheWire());

    [Fact]
    public async Task The_drill_in_a_dialect_goes_through_the_tool_and_on() => Assert.NotEmpty(await DrillSnippets.Dialect());

    [Fact]
    public async Task The_drill_in_memory_retries_and_then_falls_back()
    {
        var response = await DrillSnippets.InMemory(TimeProvider.System);

        Assert.Equal("The answer of the backup.", response.Text);
        Assert.Equal(new AnsweringEndpoint("backup", 3), response.GetLlmEndpoint());
    }

    [Fact]
    public void The_drill_around_a_client_of_the_app_is_an_endpoint()
    {
        var builder = new LlmResilienceBuilder();
        DrillSnippets.AroundYourOwn(builder, new FakeChatClient(Script.Answer("well")));
        using var client = builder.Build();

        Assert.Equal("self-hosted", Assert.Single(client.GetService<LlmEndpoints>()!.GetSnapshots()).Name);
    }
}
