using System.Reflection;
using LlmResilience.Anthropic;
using LlmResilience.Docs.Tests.Api;
using LlmResilience.OpenAI;
using LlmResilience.Testing;
using LlmResilience.TestUtils;

namespace LlmResilience.Docs.Tests;

/// <summary>What each package shows stands in its PublicAPI.txt, so that no change of it goes unread.</summary>
public sealed class PublicApiTests
{
    public static TheoryData<string> Packages => [.. Assemblies.Keys.Order(StringComparer.Ordinal)];

    private static Dictionary<string, Assembly> Assemblies { get; } = new[]
    {
        typeof(ResilientChatClient).Assembly,
        typeof(AnthropicEndpointOptions).Assembly,
        typeof(OpenAIEndpointOptions).Assembly,
        typeof(SimulatedOpenAIServer).Assembly,
    }.ToDictionary(assembly => assembly.GetName().Name!, StringComparer.Ordinal);

    [Theory]
    [MemberData(nameof(Packages))]
    public void The_listing_is_what_is_built(string package)
    {
        var differences = GeneratedFile.Compare($"src/{package}/PublicAPI.txt", ApiListing.Write(Assemblies[package]));

        Assert.True(differences.Length == 0, differences);
    }

    [Fact]
    public void Every_package_has_a_listing()
        => Assert.Equal(
            Directory.EnumerateFiles(Path.Combine(Repository.Root, "src"), "*.csproj", SearchOption.AllDirectories).Select(Path.GetFileNameWithoutExtension).Order(StringComparer.Ordinal),
            Assemblies.Keys.Order(StringComparer.Ordinal));
}
