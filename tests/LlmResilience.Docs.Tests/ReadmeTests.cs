using LlmResilience.Docs.Tests.Snippets;
using LlmResilience.TestUtils;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace LlmResilience.Docs.Tests;

/// <summary>What README.md shows does what it says.</summary>
public sealed class ReadmeTests
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
    public void The_configuration_makes_both_endpoints()
    {
        Environment.SetEnvironmentVariable("DASHSCOPE_API_KEY", "none");
        var builder = Host.CreateApplicationBuilder();
        builder.Configuration.AddJsonFile(Path.Combine(Repository.Root, "tests", "LlmResilience.Docs.Tests", "Snippets", "appsettings.json"));
        ReadmeSnippets.InConfiguration(builder);
        using var host = builder.Build();

        Assert.Equal(["self-hosted", "hosted"], host.Services.GetRequiredService<LlmEndpoints>().GetSnapshots().Select(endpoint => endpoint.Name));
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
}
