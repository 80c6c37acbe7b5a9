using System.Globalization;
using System.Net;
using Gateway.Tests.Hosting;
using LlmResilience.TestUtils;
using Microsoft.Extensions.DependencyInjection;
using static Gateway.Tests.Hosting.ScriptedProvider;

namespace Gateway.Tests;

/// <summary>A minute in which nobody listens where the first endpoint was, on virtual time, over real sockets.</summary>
public sealed class OutageTests
{
    private static readonly TimeSpan Outage = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_dead_endpoint_is_asked_five_times_at_most_and_every_client_is_answered(bool stream)
    {
        await using var backup = new ScriptedProvider((_, socket) => stream
            ? SendEventsAsync(socket, Chunk("""{"content":"Hi"}""", "\"stop\""), "[DONE]")
            : SendJsonAsync(socket, """{"id":"1","model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"Hi"},"finish_reason":"stop"}]}"""));
        var time = new VirtualTimeProvider();
        await using var gateway = await RunningGateway.StartAsync(
            [
                .. RunningGateway.Endpoint(0, "dead", new Uri("http://127.0.0.1:9/v1")), .. RunningGateway.Endpoint(1, "backup", backup.Address),
            ],
            builder => builder.Services.AddSingleton<TimeProvider>(time));

        var attempts = 0;
        while (time.Elapsed < Outage)
        {
            using var response = await AskAsync(gateway, stream, time);
            Assert.Equal((HttpStatusCode.OK, "backup"), (response.StatusCode, response.Headers.GetValues("x-llm-endpoint").Single()));
            Assert.Contains("Hi", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
            attempts += int.Parse(response.Headers.GetValues("x-llm-attempts").Single(), CultureInfo.InvariantCulture) - 1;
            time.Advance(TimeSpan.FromMilliseconds(500));
        }

        // Two and one until it is ejected, then one probe each after 10 s and after another 20 s; the next one would come after 30 s more.
        Assert.Equal(5, attempts);
    }

    // The waits before a retry are on virtual time too: it goes on while a request is under way, slowly beside what the sockets take.
    private static async Task<HttpResponseMessage> AskAsync(RunningGateway gateway, bool stream, VirtualTimeProvider time)
    {
        var asking = gateway.AskAsync("chat", stream);
        while (await Task.WhenAny(asking, Task.Delay(TimeSpan.FromMilliseconds(2))) != asking)
        {
            time.Advance(TimeSpan.FromMilliseconds(10));
        }

        return await asking;
    }
}
