using Microsoft.Extensions.AI;
using Microsoft.Extensions.Configuration;

namespace LlmResilience.OpenAI;

/// <summary>Makes endpoints from sections with <c>"Provider": "OpenAI"</c>.</summary>
internal sealed class OpenAIProvider : EndpointProvider
{
    public override string Name => "OpenAI";

    public override IReadOnlyCollection<string> ConfigurationKeys { get; } =
    [
        nameof(OpenAIEndpointOptions.BaseAddress),
        nameof(OpenAIEndpointOptions.ApiKey),
        nameof(OpenAIEndpointOptions.ApiKeyEnvironmentVariable),
        nameof(OpenAIEndpointOptions.ModelId),
    ];

    public override IEnumerable<string> Validate(IConfigurationSection section)
    {
        ArgumentNullException.ThrowIfNull(section);
        return Read(section, out var addressError) is var options && addressError is not null
            ? [addressError, .. OpenAIEndpointValidation.Validate(options, section.Path)]
            : OpenAIEndpointValidation.Validate(options, section.Path);
    }

    public override void Configure(IConfigurationSection section, EndpointOptions options)
    {
        ArgumentNullException.ThrowIfNull(section);
        ArgumentNullException.ThrowIfNull(options);
        OpenAIClientFactory.Configure(options, Read(section, out _).ModelId!);
    }

    public override void ConfigureEveryEndpoint(EndpointOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.AppendFailureClassifier(OpenAIFailureClassifier.Instance);
        options.AddProgressDetector(ToolCallProgress.IsPiece);
    }

    public override IChatClient CreateClient(
        string endpointName, IConfigurationSection section, EndpointOptions options, IServiceProvider services)
    {
        ArgumentNullException.ThrowIfNull(section);
        return OpenAIClientFactory.Create(Read(section, out _), services);
    }

    // By hand: the binder's message for a URI that does not parse would quote the value, and with it a password.
    private static OpenAIEndpointOptions Read(IConfigurationSection section, out string? addressError)
    {
        var options = new OpenAIEndpointOptions
        {
            ApiKey = section[nameof(OpenAIEndpointOptions.ApiKey)],
            ApiKeyEnvironmentVariable = section[nameof(OpenAIEndpointOptions.ApiKeyEnvironmentVariable)],
            ModelId = section[nameof(OpenAIEndpointOptions.ModelId)],
        };
        addressError = null;
        if (section[nameof(OpenAIEndpointOptions.BaseAddress)] is { } address
            && (addressError = OpenAIEndpointValidation.DescribeBaseAddress(address, section.Path)) is null)
        {
            options.BaseAddress = new Uri(address);
        }

        return options;
    }
}
