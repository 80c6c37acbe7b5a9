// A provider of your own: a client for what only you speak, what its exceptions mean, and "Provider": "Parrot" in the configuration.
// The first endpoint is busy and asks to be left alone for a while, so the second one answers.
using System.Text;
using LlmResilience;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Configuration;

const string AppSettings = """
    {
      "LlmResilience": {
        "EndpointDefaults": { "Timeouts": { "FirstToken": "00:00:05" } },
        "Endpoints": [
          { "Name": "first", "Provider": "Parrot", "Cage": "busy" },
          { "Name": "second", "Provider": "Parrot", "Cage": "quiet" }
        ]
      }
    }
    """;
var configuration = new ConfigurationBuilder().AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(AppSettings))).Build();

// With dependency injection: builder.Services.AddLlmResilience(section).AddProvider(new ParrotProvider()).
using var client = new LlmResilienceBuilder().Bind(configuration.GetSection("LlmResilience")).AddProvider(new ParrotProvider()).Build();
var response = await client.GetResponseAsync("Hello!");
Console.WriteLine($"{response.GetLlmEndpoint()?.Name}: {response.Text}");
foreach (var endpoint in client.GetRequiredService<LlmEndpoints>().GetSnapshots())
{
    Console.WriteLine($"{endpoint.Name} is {(endpoint.CoolDownReason is { } reason ? $"left alone for a while: {reason}" : "well")}");
}

/// <summary>The client: what asks the provider. One call is one attempt; retries and timeouts are the library's.</summary>
internal sealed class ParrotChatClient(string cage) : IChatClient
{
    public async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
        => await GetStreamingResponseAsync(messages, options, cancellationToken).ToChatResponseAsync(cancellationToken);

    // Here your protocol would be spoken, each piece of the answer handed out as it comes. A parrot says what it hears.
    public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
        => cage == "busy"
            ? throw new ParrotException("eating", TimeSpan.FromMinutes(1))
            : new[] { new ChatResponseUpdate(ChatRole.Assistant, messages.Last().Text) { FinishReason = ChatFinishReason.Stop } }.ToAsyncEnumerable();

    public object? GetService(Type serviceType, object? serviceKey = null) => serviceKey is null && serviceType.IsInstanceOfType(this) ? this : null;

    public void Dispose()
    {
    }
}

internal sealed class ParrotException(string code, TimeSpan wait) : Exception($"The parrot is {code}.")
{
    public string Code => code;

    public TimeSpan Wait => wait;
}

/// <summary>What the client's exceptions mean. Without it each of them is <see cref="FailureKind.Unknown"/>: the request moves on, but nobody waits as asked.</summary>
internal sealed class ParrotFailureClassifier : FailureClassifier
{
    public override Failure? Classify(Exception exception, FailureClassifierContext context)
        => exception is ParrotException parrot ? new Failure(FailureKind.Overloaded) { ErrorCode = parrot.Code, RetryAfter = parrot.Wait } : null;
}

/// <summary>Makes an endpoint of a section that names this provider.</summary>
internal sealed class ParrotProvider : EndpointProvider
{
    public override string Name => "Parrot";

    public override IReadOnlyCollection<string> ConfigurationKeys { get; } = ["Cage"];

    public override IEnumerable<string> Validate(IConfigurationSection section)
        => string.IsNullOrWhiteSpace(section["Cage"]) ? [$"{section.Path}:Cage is missing."] : [];

    public override void Configure(IConfigurationSection section, EndpointOptions options) => options.AppendFailureClassifier(new ParrotFailureClassifier());

    public override IChatClient CreateClient(string endpointName, IConfigurationSection section, EndpointOptions options, IServiceProvider services)
        => new ParrotChatClient(section["Cage"]!);
}
