using Gateway.Models;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Tests;

/// <summary>What docs/gateway.md shows as a configuration is one.</summary>
public sealed class DocumentTests
{
    [Fact]
    public async Task The_configuration_in_the_document_works()
    {
        var document = await File.ReadAllTextAsync(Path.Combine(Root(), "docs", "gateway.md"));
        var json = document.Split("```json\n").Skip(1).Select(block => block[..block.IndexOf("```", StringComparison.Ordinal)]).Single(block => block.Contains("LlmResilience", StringComparison.Ordinal));
        var directory = Directory.CreateTempSubdirectory("gateway");
        try
        {
            await File.WriteAllTextAsync(Path.Combine(directory.FullName, "appsettings.json"), json);
            Environment.SetEnvironmentVariable("DASHSCOPE_API_KEY", "none");

            await using var app = GatewayApp.Create(["--contentRoot", directory.FullName]);

            Assert.Equal(["chat", "batch", "gpu-1", "gpu-2", "hosted"], await app.Services.GetRequiredService<IModels>().ListAsync(default));
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    private static string Root()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory.FullName, "LlmResilience.sln")))
        {
            directory = directory.Parent!;
        }

        return directory.FullName;
    }
}
