using System.Text;
using Microsoft.Extensions.Configuration;

namespace LlmResilience.Tests.Configuration;

/// <summary>Configuration as an app has it, and the section that holds a chain.</summary>
internal static class Settings
{
    public const string Path = "LlmResilience";

    public static IConfigurationSection FromJson(string chain)
        => new ConfigurationBuilder()
            .AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes($$"""{ "{{Path}}": {{chain}} }""")))
            .Build()
            .GetSection(Path);

    /// <summary>A chain of one right endpoint, named a, with these settings besides; keys are relative to the chain.</summary>
    public static IConfigurationSection With(params (string Key, string? Value)[] settings)
    {
        Dictionary<string, string?> all = new(StringComparer.OrdinalIgnoreCase)
        {
            [$"{Path}:Endpoints:0:Name"] = "a",
            [$"{Path}:Endpoints:0:Provider"] = "Test",
            [$"{Path}:Endpoints:0:ApiKey"] = "sk-secret",
        };
        foreach (var (key, value) in settings)
        {
            all[$"{Path}:{key}"] = value;
        }

        return new ConfigurationBuilder().AddInMemoryCollection(all).Build().GetSection(Path);
    }

    public static (string Key, string? Value)[] Endpoint(int index, string? name, string? provider = "Test", string? key = "sk-secret") =>
    [
        ($"Endpoints:{index}:Name", name),
        ($"Endpoints:{index}:Provider", provider),
        ($"Endpoints:{index}:ApiKey", key),
    ];
}
