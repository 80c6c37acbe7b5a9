using System.Text.RegularExpressions;
using System.Xml.Linq;
using LlmResilience.Docs.Tests.Snippets;
using LlmResilience.TestUtils;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace LlmResilience.Docs.Tests;

/// <summary>What README.md shows does what it says.</summary>
public sealed partial class ReadmeTests
{
    [Fact]
    public async Task In_dependency_injection_the_second_endpoint_answers_for_the_first()
    {
        var builder = Host.CreateApplicationBuilder();
        ReadmeSnippets.InDependencyInjection(builder, new FakeChatClient(Script.Throw(new ArithmeticException())), new FakeChatClient(Script.Answer("well")));
        using var host = builder.Build();

        Assert.Equal("well", (await host.Services.GetRequiredService<IChatClient>().GetResponseAsync("hi")).Text);
    }

    [Fact]
    public async Task The_program_and_the_configuration_make_both_endpoints_as_pasted()
    {
        Environment.SetEnvironmentVariable("DASHSCOPE_API_KEY", "none");

        Assert.Equal(["self-hosted is Healthy", "hosted is Healthy"], await Sample.RunAsync("Configured"));
    }

    /// <summary>The page of a package shows this file too, where a link into the repository leads nowhere unless it says whose.</summary>
    [Fact]
    public void Every_link_is_absolute_and_those_into_the_repository_lead_to_a_file()
    {
        var repository = XDocument.Load(Path.Combine(Repository.Root, "Directory.Build.props")).Descendants("RepositoryUrl").Single().Value + "/blob/main/";
        var links = Link().Matches(File.ReadAllText(Path.Combine(Repository.Root, "README.md"))).Select(match => match.Groups["to"].Value).ToList();

        Assert.NotEmpty(links);
        Assert.All(links, link => Assert.StartsWith("https://", link, StringComparison.Ordinal));
        Assert.All(
            links.Where(link => link.StartsWith(repository, StringComparison.Ordinal)),
            link => Assert.True(File.Exists(Path.Combine(Repository.Root, link[repository.Length..])), link));
    }

    [Fact]
    public async Task Without_dependency_injection_it_is_one_call()
    {
        using var client = ReadmeSnippets.WithoutDependencyInjection(new FakeChatClient(Script.Throw(new ArithmeticException())), new FakeChatClient(Script.Answer("well")));

        Assert.Equal("well", (await client.GetResponseAsync("hi")).Text);
        await ReadmeSnippets.WhatHappened(client, [new ChatMessage(ChatRole.User, "hi")]);
    }

    [Fact]
    public void The_rest_runs_too()
    {
        using var fake = new FakeChatClient(Script.Answer("well"));
        var builder = new LlmResilienceBuilder();
        ReadmeSnippets.Drill(builder, fake);
        ReadmeSnippets.Rules(builder);
        using var client = builder.Build();
        ReadmeSnippets.Operate(client);
        Assert.Equal(EndpointState.Drained, client.GetService<LlmEndpoints>()!.GetSnapshots()[0].State);
        ReadmeSnippets.Strategies();
    }

    [GeneratedRegex(@"\]\((?<to>[^)\s]+)|^\[[^\]]+\]: (?<to>\S+)|(?:href|src)=""(?<to>[^""]+)""", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Link();
}
