using Microsoft.Extensions.AI;
using Microsoft.Extensions.Options;

namespace LlmResilience.Tests;

/// <summary>A client that is wrapped without dependency injection.</summary>
public sealed class LlmResilienceChatClientExtensionsTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Wrapped_client_is_the_first_endpoint(bool streaming)
    {
        using var backup = new FakeChatClient(Script.Answer("backup"));
        using var client = new FakeChatClient(Script.Answer("first")).WithLlmResilience(llm => llm.AddEndpoint("backup", backup));

        var response = await client.AskAsync(streaming);

        Assert.Equal("first", response.Text);
        Assert.Equal("primary", response.GetLlmEndpoint()?.Name);
        Assert.Equal(0, backup.Calls);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Backup_answers_when_the_wrapped_client_fails(bool streaming)
    {
        using var client = new FakeChatClient(Script.Throw(new InvalidDataException()))
            .WithLlmResilience(llm => llm.AddEndpoint("backup", new FakeChatClient(Script.Answer("backup"))));

        var response = await client.AskAsync(streaming);

        Assert.Equal("backup", response.Text);
    }

    [Fact]
    public void Wrapped_client_takes_a_name_and_options_of_its_own()
    {
        using var client = new FakeChatClient(Script.Answer("a")).WithLlmResilience(name: "own", configureEndpoint: endpoint => endpoint.Priority = 3);

        var endpoint = Assert.Single(client.GetService<LlmEndpoints>()!.GetSnapshots());

        Assert.Equal(("own", 3), (endpoint.Name, endpoint.Priority));
    }

    [Fact]
    public void Wrong_option_is_told_with_its_path_and_value()
    {
        using var inner = new FakeChatClient(Script.Answer("a"));

        var exception = Assert.Throws<OptionsValidationException>(
            () => inner.WithLlmResilience(configureEndpoint: endpoint => endpoint.Timeouts.FirstToken = TimeSpan.FromSeconds(-3)));

        Assert.Contains("Endpoints['primary']:Timeouts:FirstToken is -00:00:03", exception.Message, StringComparison.Ordinal);
        Assert.False(inner.IsDisposed);
    }

    [Fact]
    public void Null_client_is_refused()
        => Assert.Throws<ArgumentNullException>(() => ((IChatClient)null!).WithLlmResilience());
}
