using System.ClientModel;
using System.Text.Json;
using LlmResilience.Testing;
using Microsoft.Extensions.AI;

namespace LlmResilience.OpenAI.Tests.Chat;

/// <summary>Whole tool loops against servers that speak as the providers do, and that refuse what the providers refuse.</summary>
public class DialectTests
{
    private static readonly SimulatedOpenAIToolCall[] Calls = [new("call00001", "f", """{"x":1}"""), new("call00002", "f", """{"x":2}""")];

    public static TheoryData<string, bool> Dialects()
    {
        var data = new TheoryData<string, bool>();
        foreach (var dialect in new[] { "DeepSeek", "Gemini", "OpenRouter", "Mistral", "Ollama" })
        {
            data.Add(dialect, false);
            data.Add(dialect, true);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Dialects))]
    public async Task A_tool_loop_goes_on_over_the_apps_own_storage(string name, bool streaming)
    {
        await using var server = await StartAsync(name, dialect => dialect.RequiresReasoning = true);
        using var client = CreateClient(server);
        List<ChatMessage> conversation = [new(ChatRole.User, "Hi")];

        var first = await AskAsync(client, conversation, streaming);
        conversation.AddRange(first.Messages);
        var calls = first.Messages.SelectMany(message => message.Contents).OfType<FunctionCallContent>().ToArray();
        conversation.Add(new(ChatRole.Tool, [.. calls.Select(call => new FunctionResultContent(call.CallId, "R"))]));
        var second = await AskAsync(client, Store(conversation), streaming);

        Assert.Equal(ChatFinishReason.ToolCalls, first.FinishReason);
        Assert.Equal(["1", "2"], calls.Select(call => call.Arguments!["x"]!.ToString()));
        Assert.Equal(2, calls.Select(call => call.CallId).Distinct().Count());
        Assert.NotEmpty(ReasoningOf(first));
        Assert.Equal(ChatFinishReason.Stop, second.FinishReason);
        Assert.NotEmpty(second.Text);
    }

    [Theory]
    [MemberData(nameof(Dialects))]
    public async Task A_conversation_without_what_must_come_back_is_refused(string name, bool streaming)
    {
        await using var server = await StartAsync(name, dialect => dialect.RequiresReasoning = true);
        using var client = CreateClient(server);
        List<ChatMessage> conversation =
        [
            new(ChatRole.User, "Hi"), new(ChatRole.Assistant, [new TextReasoningContent("Hm"), new FunctionCallContent("c", "f")]),
            new(ChatRole.Tool, [new FunctionResultContent("c", "R")]),
        ];

        Assert.Equal(400, (await Assert.ThrowsAsync<ClientResultException>(() => AskAsync(client, conversation, streaming))).Status);
    }

    [Theory]
    [MemberData(nameof(Dialects))]
    public async Task Pages_pictures_and_the_usage(string name, bool streaming)
    {
        await using var server = await StartAsync(name, dialect =>
        {
            dialect.Citations = [new("https://x.test/a")];
            dialect.Images = ["data:image/png;base64,iVBORw0KGgo="];
        });
        using var client = CreateClient(server);

        var response = await AskAsync(client, [new(ChatRole.User, "Hi")], streaming);

        var contents = response.Messages[0].Contents;
        Assert.Equal(new Uri("https://x.test/a"), Assert.IsType<CitationAnnotation>(Assert.Single(contents.SelectMany(content => content.Annotations ?? []))).Url);
        Assert.Equal("image/png", Assert.Single(contents.OfType<DataContent>()).MediaType);
        Assert.Equal((7, 8), (response.Usage!.InputTokenCount, response.Usage.OutputTokenCount));
    }

    [Theory]
    [InlineData(SimulatedUsageStyle.LastEvent)]
    [InlineData(SimulatedUsageStyle.FinishEvent)]
    [InlineData(SimulatedUsageStyle.RunningTotals)]
    [InlineData(SimulatedUsageStyle.Increments)]
    public async Task However_a_stream_tells_what_it_took(SimulatedUsageStyle style)
    {
        await using var server = await StartAsync("DeepSeek", dialect => dialect.UsageStyle = style);
        using var client = CreateClient(server);

        var usage = (await AskAsync(client, [new(ChatRole.User, "Hi")], streaming: true)).Usage!;

        Assert.Equal((7, 8, 15), (usage.InputTokenCount, usage.OutputTokenCount, usage.TotalTokenCount));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_answer_that_breaks_off_with_a_reason_of_the_providers_is_no_success(bool streaming)
    {
        await using var server = await StartAsync("DeepSeek", dialect => (dialect.FinishReason, dialect.ToolCalls) = ("insufficient_system_resource", []));
        using var client = new LlmResilienceBuilder().AddOpenAIEndpoint(
            "only", provider => (provider.BaseAddress, provider.ApiKey, provider.ModelId) = (server.BaseAddress, "k", "m"), endpoint => endpoint.Retry.MaxRetryAttempts = 0).Build();

        var exception = await Assert.ThrowsAnyAsync<LlmResilienceException>(() => AskAsync(client, [new(ChatRole.User, "Hi")], streaming));

        Assert.Equal(streaming, exception is StreamInterruptedException);
    }

    private static Task<SimulatedOpenAIServer> StartAsync(string name, Action<SimulatedOpenAIDialect> configure)
    {
        var dialect = name switch
        {
            "DeepSeek" => SimulatedOpenAIDialect.DeepSeek(),
            "Gemini" => SimulatedOpenAIDialect.Gemini(),
            "OpenRouter" => SimulatedOpenAIDialect.OpenRouter(),
            "Mistral" => SimulatedOpenAIDialect.Mistral(),
            _ => SimulatedOpenAIDialect.Ollama(),
        };
        dialect.ToolCalls = Calls;
        configure(dialect);
        return SimulatedOpenAIServer.StartAsync(new()
        {
            Dialect = dialect,
            ReasoningTokenCount = 3,
            TokensPerAnswer = 5,
            TokensPerAnswerJitterRatio = 0,
            TokensPerPrompt = 7,
            Gpu = { DecodeTokensPerSecond = 2_000, DecodeTokensPerSecondWhenFull = 2_000, PrefillTokensPerSecond = 1_000_000 },
        });
    }

    private static IChatClient CreateClient(SimulatedOpenAIServer server)
        => OpenAIClientFactory.Create(new() { BaseAddress = server.BaseAddress, ApiKey = "k", ModelId = "m" }, services: null);

    private static Task<ChatResponse> AskAsync(IChatClient client, IList<ChatMessage> conversation, bool streaming)
        => streaming ? client.GetStreamingResponseAsync(conversation).ToChatResponseAsync() : client.GetResponseAsync(conversation);

    private static List<ChatMessage> Store(List<ChatMessage> conversation)
        => JsonSerializer.Deserialize<List<ChatMessage>>(JsonSerializer.Serialize(conversation, AIJsonUtilities.DefaultOptions), AIJsonUtilities.DefaultOptions)!;

    private static string ReasoningOf(ChatResponse response)
        => string.Concat(response.Messages.SelectMany(message => message.Contents).OfType<TextReasoningContent>().Select(reasoning => reasoning.Text));
}
