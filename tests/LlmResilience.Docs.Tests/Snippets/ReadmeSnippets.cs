using LlmResilience.OpenAI;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Polly;
using Polly.Retry;
using Polly.Simmy;

namespace LlmResilience.Docs.Tests.Snippets;

/// <summary>The snippets of README.md, as methods that tests call.</summary>
internal static class ReadmeSnippets
{
    public static void InDependencyInjection(HostApplicationBuilder builder, IChatClient selfHosted, IChatClient hosted)
    {
        #region in-di
        builder.Services.AddLlmResilience(llm => llm
            .AddEndpoint("self-hosted", selfHosted, endpoint => endpoint.Timeouts.FirstToken = TimeSpan.FromMilliseconds(200))
            .AddEndpoint("hosted", hosted));
        #endregion
    }

    public static IChatClient WithoutDependencyInjection(IChatClient primary, IChatClient backup)
    {
        #region without-di
        IChatClient client = primary.WithLlmResilience(llm => llm.AddEndpoint("backup", backup));
        #endregion
        return client;
    }

    public static async Task WhatHappened(IChatClient client, List<ChatMessage> messages)
    {
        #region what-happened
        try
        {
            var response = await client.GetResponseAsync(messages);
            Console.WriteLine($"Answered by {response.GetLlmEndpoint()?.Name}");
        }
        catch (AllEndpointsFailedException failed)
        {
            Console.WriteLine(failed.Message); // each endpoint with its kind of failure; never the prompt
            Console.WriteLine($"Try again in {failed.RetryAfter}");
        }
        #endregion
    }

    public static async Task Exceptions(IChatClient client, List<ChatMessage> messages)
    {
        #region exceptions
        try
        {
            await foreach (var update in client.GetStreamingResponseAsync(messages))
            {
                Console.Write(update.Text);
            }
        }
        catch (AllEndpointsFailedException failed) when (failed.RetryAfter is { } wait)
        {
            Console.WriteLine($"Too much to do. Please try again in {wait.TotalSeconds:0} s.");
        }
        catch (LlmResilienceException broken)
        {
            Console.WriteLine($"{(broken.PartialText.Length > 0 ? " ... (incomplete)" : "No answer")}: {broken.Message}");
        }
        #endregion
    }

    public static void Events(HostApplicationBuilder builder, IChatClient selfHosted, IChatClient hosted, IPager pager)
    {
        #region events
        builder.Services.AddLlmResilience(llm =>
        {
            llm.AddEndpoint("self-hosted", selfHosted).AddEndpoint("hosted", hosted);
            llm.Events.OnEndpointStateChanged = change => pager.Tell($"{change.EndpointName} is {change.State}, was {change.PreviousState}");
            llm.Events.OnRequestFailed = failed => pager.Tell($"A request failed after {failed.AttemptCount} attempts: {failed.Exception.GetType().Name}");
        });
        #endregion
    }

    public static void Operate(IChatClient client)
    {
        #region operate
        var endpoints = client.GetRequiredService<LlmEndpoints>();
        foreach (var endpoint in endpoints.GetSnapshots())
        {
            Console.WriteLine($"{endpoint.Name}: {endpoint.State}, k = {endpoint.EjectionMultiplier}, {endpoint.FailureRatio:P0} failed, first token {endpoint.AverageTimeToFirstToken}");
        }

        endpoints.Drain("self-hosted"); // maintenance; Restore brings it back
        #endregion
    }

    public static void Drill(LlmResilienceBuilder llm, IChatClient selfHosted)
    {
        #region chaos
        llm.AddEndpoint("self-hosted", selfHosted, endpoint => endpoint
            .ConfigurePipeline(pipeline => pipeline.AddChaosFault(0.1, () => new HttpRequestException("chaos"))));
        #endregion
    }

    public static ResiliencePipeline Strategies()
    {
        #region strategies
        var pipeline = new ResiliencePipelineBuilder()
            .AddRetry(new RetryStrategyOptions { ShouldHandle = new PredicateBuilder().Handle<FirstTokenTimeoutException>() })
            .AddEjection(new EjectionStrategyOptions { Ejection = { FailureRatio = 0.5 }, FailureClassifiers = { OpenAIFailureClassifier.Instance } })
            .AddFirstTokenTimeout(TimeSpan.FromSeconds(10))
            .Build();
        #endregion
        return pipeline;
    }

    public static void Rules(LlmResilienceBuilder llm)
    {
        #region rules
        llm.Configure(options => options.EndpointDefaults.Failures.ContentFiltered.Fallback = true);
        #endregion
    }
}
