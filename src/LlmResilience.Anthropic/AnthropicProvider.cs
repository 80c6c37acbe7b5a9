using System.Globalization;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Configuration;

namespace LlmResilience.Anthropic;

/// <summary>Makes endpoints from sections with <c>"Provider": "Anthropic"</c>.</summary>
internal sealed class AnthropicProvider : EndpointProvider
{
    public override string Name => "Anthropic";

    public override IReadOnlyCollection<string> ConfigurationKeys { get; } =
    [
        nameof(AnthropicEndpointOptions.BaseAddress),
        nameof(AnthropicEndpointOptions.ApiKey),
        nameof(AnthropicEndpointOptions.ApiKeyEnvironmentVariable),
        nameof(AnthropicEndpointOptions.ModelId),
        nameof(AnthropicEndpointOptions.MaxOutputTokens),
    ];

    public override IEnumerable<string> Validate(IConfigurationSection section)
    {
        ArgumentNullException.ThrowIfNull(section);
        var errors = new List<string>();
        var options = Read(section, errors);
        return [.. errors, .. AnthropicEndpointValidation.Validate(options, section.Path)];
    }

    public override void Configure(IConfigurationSection section, EndpointOptions options)
    {
        ArgumentNullException.ThrowIfNull(section);
        ArgumentNullException.ThrowIfNull(options);
        AnthropicClientFactory.Configure(options, Read(section, errors: []).ModelId!);
    }

    public override void ConfigureEveryEndpoint(EndpointOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.AppendFailureClassifier(AnthropicFailureClassifier.Instance);
        options.AddProgressDetector(ToolCallProgress.IsPiece);
    }

    public override IChatClient CreateClient(
        string endpointName, IConfigurationSection section, EndpointOptions options, IServiceProvider services)
    {
        ArgumentNullException.ThrowIfNull(section);
        return AnthropicClientFactory.Create(Read(section, errors: []), services);
    }

    // By hand: the binder's message for a URI that does not parse would quote the value, and with it a password.
    private static AnthropicEndpointOptions Read(IConfigurationSection section, List<string> errors)
    {
        var options = new AnthropicEndpointOptions
        {
            ApiKey = section[nameof(AnthropicEndpointOptions.ApiKey)],
            ApiKeyEnvironmentVariable = section[nameof(AnthropicEndpointOptions.ApiKeyEnvironmentVariable)],
            ModelId = section[nameof(AnthropicEndpointOptions.ModelId)],
        };
        if (section[nameof(AnthropicEndpointOptions.BaseAddress)] is { } address)
        {
            if (AnthropicEndpointValidation.DescribeBaseAddress(address, section.Path) is { } wrong)
            {
                errors.Add(wrong);
            }
            else
            {
                options.BaseAddress = new Uri(address);
            }
        }

        if (section[nameof(AnthropicEndpointOptions.MaxOutputTokens)] is { } tokens)
        {
            if (int.TryParse(tokens, NumberStyles.Integer, CultureInfo.InvariantCulture, out var number))
            {
                options.MaxOutputTokens = number;
            }
            else
            {
                errors.Add(AnthropicEndpointValidation.DescribeMaxOutputTokens(tokens, section.Path));
            }
        }

        return options;
    }
}
