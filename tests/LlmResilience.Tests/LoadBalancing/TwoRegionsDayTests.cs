using System.Net.Sockets;
using System.Runtime.CompilerServices;
using LlmResilience.Tests.Configuration;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Configuration;

namespace LlmResilience.Tests.LoadBalancing;

/// <summary>A day of two regions of which one endpoint becomes slow, one dies and one is well, with nothing but configuration.</summary>
public sealed class TwoRegionsDayTests
{
    private const string Configuration = """
        {
          "Region": "eu",
          "LoadBalancing": "LowestLatency",
          "EndpointDefaults": { "Timeouts": { "FirstToken": "00:00:05", "Response": "00:00:10" } },
          "Endpoints": [
            { "Name": "eu-1", "Provider": "Weather", "Region": "eu" },
            { "Name": "eu-2", "Provider": "Weather", "Region": "eu" },
            { "Name": "us-1", "Provider": "Weather", "Region": "us" }
          ],
          "Routes": [
            { "Name": "all", "Endpoints": [ [ "eu-1", "eu-2", "us-1" ] ] }
          ]
        }
        """;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task No_request_of_the_app_fails_and_who_is_well_and_near_serves(bool streaming)
    {
        var clock = new VirtualTimeProvider();
        var provider = new WeatherProvider(clock);
        using var client = new LlmResilienceBuilder { TimeProvider = clock }.AddProvider(provider).Bind(Settings.FromJson(Configuration)).Build();
        var endpoints = client.GetService<LlmEndpoints>()!;
        var served = new Dictionary<int, List<string>>();

        while (clock.Elapsed < TimeSpan.FromHours(24))
        {
            var hour = (int)clock.Elapsed.TotalHours;
            var answer = client.AskAsync(streaming);
            while (!answer.IsCompleted)
            {
                // Time passes only while all that runs waits for it.
                if (endpoints.GetSnapshots().Sum(endpoint => endpoint.ActiveAttempts) == provider.Waiting)
                {
                    clock.AdvanceToNextTimer();
                }

                await Task.Yield();
            }

            // Awaited, so that a failure ends the test.
            (served.TryGetValue(hour, out var names) ? names : served[hour] = []).Add((await answer).Text);
            clock.Advance(TimeSpan.FromMinutes(1));
        }

        // Well: near. One of the near ones slow: mostly the other, and a share spills over. One slow and one dead: far. Well again: near.
        Assert.InRange(ShareOf("us-1", from: 0, to: 8), 0, 0);
        Assert.InRange(ShareOf("eu-2", from: 9, to: 11), 0.6, 1);
        Assert.InRange(ShareOf("us-1", from: 13, to: 16), 0.8, 1);
        Assert.InRange(ShareOf("us-1", from: 20, to: 24), 0, 0.05);
        Assert.InRange(ShareOf("eu-1", from: 20, to: 24), 0.1, 0.9);

        double ShareOf(string name, int from, int to)
            => Enumerable.Range(from, to - from).SelectMany(hour => served[hour]).Average(answered => answered == name ? 1.0 : 0);
    }

    private static bool IsSlow(string name, TimeSpan at) => name == "eu-1" && at >= TimeSpan.FromHours(8) && at < TimeSpan.FromHours(18);

    private static bool IsDead(string name, TimeSpan at) => name == "eu-2" && at >= TimeSpan.FromHours(12) && at < TimeSpan.FromHours(17);

    private sealed class WeatherProvider(VirtualTimeProvider clock) : EndpointProvider
    {
        private int _waiting;

        /// <summary>How many clients wait for the clock.</summary>
        public int Waiting => Volatile.Read(ref _waiting);

        public override string Name => "Weather";

        public override IReadOnlyCollection<string> ConfigurationKeys => [];

        public override IEnumerable<string> Validate(IConfigurationSection section) => [];

        public override IChatClient CreateClient(string endpointName, IConfigurationSection section, EndpointOptions options, IServiceProvider services)
            => new WeatherClient(endpointName, clock, this);

        public async Task WaitAsync(TimeSpan time, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _waiting);
            try
            {
                await Task.Delay(time, clock, cancellationToken);
            }
            finally
            {
                Interlocked.Decrement(ref _waiting);
            }
        }
    }

    private sealed class WeatherClient(string name, VirtualTimeProvider clock, WeatherProvider provider) : IChatClient
    {
        public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
            IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            if (IsDead(name, clock.Elapsed))
            {
                throw new HttpRequestException(HttpRequestError.ConnectionError, "refused", new SocketException((int)SocketError.ConnectionRefused));
            }

            await provider.WaitAsync(TimeSpan.FromSeconds(IsSlow(name, clock.Elapsed) ? 20 : 0.3), cancellationToken);
            yield return new ChatResponseUpdate(ChatRole.Assistant, name) { FinishReason = ChatFinishReason.Stop };
        }

        public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
            => GetStreamingResponseAsync(messages, options, cancellationToken).ToChatResponseAsync(cancellationToken);

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose()
        {
        }
    }
}
