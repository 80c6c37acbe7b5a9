using LlmResilience.Benchmarks.Clients;
using LlmResilience.Benchmarks.Peers;
using Microsoft.Extensions.AI;

namespace LlmResilience.Benchmarks;

/// <summary>Who is compared, and what each of them is asked to do.</summary>
internal static class Contenders
{
    public static readonly List<ChatMessage> Messages = [new(ChatRole.User, "hi")];

    /// <summary>So many messages, questions and answers in turn.</summary>
    public static List<ChatMessage> History(int messages)
        => [.. Enumerable.Range(0, messages).Select(i => new ChatMessage(i % 2 == 0 ? ChatRole.User : ChatRole.Assistant, "hi"))];

    public static IChatClient Raw(int updates = 20, bool synchronous = true) => new InstantClient(updates, synchronous);

    public static IChatClient Ours(int updates = 20, bool synchronous = true)
        => Raw(updates, synchronous).WithLlmResilience(llm => llm.AddEndpoint("backup", Raw(updates, synchronous)));

    public static IChatClient Polly(int updates = 20, bool synchronous = true) => new PollyChatClient(Raw(updates, synchronous));

    public static IChatClient Failover(int updates = 20, bool synchronous = true)
        => new OrderedFailoverPeer(Raw(updates, synchronous), Raw(updates, synchronous));

    /// <summary>Two endpoints of which the first fails always, and is asked all the same.</summary>
    public static IChatClient OursFallingBack() => Lasting(new FailingClient()).AddEndpoint("backup", Raw(updates: 1)).Build();

    /// <summary>An endpoint that fails at every other call and is asked again at once.</summary>
    public static IChatClient OursRetrying() => Lasting(new FlakyClient(), maxRetries: 1).Build();

    /// <summary>Endpoints that are ejected, and one after them that is well.</summary>
    public static ResilientChatClient OursWithEjected(int ejected, bool withHealthy = true)
    {
        var builder = new LlmResilienceBuilder { TimeProvider = new FrozenTimeProvider() };
        for (var i = 0; i < ejected; i++)
        {
            builder.AddEndpoint($"ejected-{i}", Raw());
        }

        if (withHealthy)
        {
            builder.AddEndpoint("healthy", Raw());
        }

        var client = builder.Configure(options => options.AllUnavailableBehavior = AllUnavailableBehavior.FailFast).Build();
        for (var i = 0; i < ejected; i++)
        {
            client.GetService<LlmEndpoints>()!.Eject($"ejected-{i}");
        }

        return client;
    }

    public static ResilientChatClient OursWith(int endpoints, LoadBalancingPolicy policy = LoadBalancingPolicy.Ordered)
    {
        var builder = new LlmResilienceBuilder().Configure(options => options.LoadBalancing = policy);
        for (var i = 0; i < endpoints; i++)
        {
            builder.AddEndpoint($"endpoint-{i}", Raw());
        }

        return builder.Build();
    }

    public static ValueTask CallAsync(IChatClient client)
    {
        var response = client.GetResponseAsync(Messages);
        return response.IsCompletedSuccessfully ? default : new ValueTask(response);
    }

    public static async ValueTask StreamAsync(IChatClient client)
    {
        await foreach (var update in client.GetStreamingResponseAsync(Messages).ConfigureAwait(false))
        {
            _ = update;
        }
    }

    private static LlmResilienceBuilder Lasting(IChatClient client, int maxRetries = 0)
        => new LlmResilienceBuilder().AddEndpoint("primary", client, endpoint =>
        {
            endpoint.Ejection.Enabled = false;
            endpoint.Retry.MaxRetryAttempts = maxRetries;
            endpoint.Retry.Delay = TimeSpan.Zero;
        });
}
