using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;

namespace LlmResilience.OpenAI.Tests
{
    public class ProviderHttpTests
    {
        [Fact]
        public void The_apps_client_has_no_timeout_of_its_own()
        {
            using var services = Services(_ => { });
            Assert.Equal(Timeout.InfiniteTimeSpan, ProviderHttp.GetClient(services).Timeout);
        }

        [Fact]
        public async Task The_apps_handlers_stay_and_its_resilience_handlers_go()
        {
            await using var server = LoopbackServer.Json(Wire.Completion);
            var counter = new CountingHandler();
            await using var services = Services(s => s.ConfigureHttpClientDefaults(http => http
                .AddHttpMessageHandler(() => new Microsoft.Extensions.Http.Resilience.ResilienceHandler())
                .AddHttpMessageHandler(() => counter)));
            using var client = OpenAIClientFactory.Create(new() { BaseAddress = server.BaseAddress, ApiKey = "k", ModelId = "m" }, services);

            Assert.Equal("Hello", (await client.GetResponseAsync("Hi")).Text);
            Assert.Equal(1, counter.Count);
        }

        private static ServiceProvider Services(Action<IServiceCollection> configure)
        {
            var services = new ServiceCollection();
            configure(services);
            services.AddProviderHttp();
            return services.BuildServiceProvider();
        }

        private sealed class CountingHandler : DelegatingHandler
        {
            public int Count { get; private set; }

            protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
            {
                Count++;
                return base.SendAsync(request, cancellationToken);
            }
        }
    }
}

namespace Microsoft.Extensions.Http.Resilience
{
    /// <summary>Stands in for the standard handler, whose package the tests do not have.</summary>
    internal sealed class ResilienceHandler : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
            => throw new InvalidOperationException("The standard handler is still there.");
    }
}
