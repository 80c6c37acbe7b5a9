using System.Globalization;
using System.Text;
using LlmResilience.Tests.Packaging;
using Microsoft.Extensions.AI;

namespace LlmResilience.Tests.Health;

/// <summary>What an outage of a minute costs, and how soon the endpoint is back: on virtual time, and written into docs/ejection.md.</summary>
public sealed class OutageTableTests
{
    private const string Document = "docs/ejection.md";
    private const string Begin = "<!-- The outage table: written by OutageTableTests. -->\n";
    private const string End = "<!-- The end of the outage table. -->";

    private static readonly TimeSpan Outage = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Answer = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    [Fact]
    public async Task The_table_in_the_docs_is_what_an_outage_of_a_minute_costs()
    {
        var table = new StringBuilder("\n| settings | attempts at the dead endpoint | asked again with success, after the outage | with its full share |\n|---|---|---|---|\n");
        table.Append(await RowAsync("the defaults", static _ => { }));
        table.Append(await RowAsync("`ConsecutiveFailureThreshold` 1, `MaxRetryAttempts` 0", static endpoint => (endpoint.Ejection.ConsecutiveFailureThreshold, endpoint.Retry.MaxRetryAttempts) = (1, 0)));
        table.Append(await RowAsync("`BaseEjectionTime` 2 s, `MaxEjectionTime` 10 s", static endpoint => (endpoint.Ejection.BaseEjectionTime, endpoint.Ejection.MaxEjectionTime) = (TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(10))));

        var written = await System.IO.File.ReadAllTextAsync(Path.Combine(RepositoryFiles.Root, Document), TestContext.Current.CancellationToken);
        var start = written.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length;
        var seen = string.Concat(written.AsSpan(0, start), table.Append('\n').ToString(), written.AsSpan(written.IndexOf(End, StringComparison.Ordinal)));
        var differences = GeneratedFile.Compare(Document, seen);
        Assert.True(differences.Length == 0, differences);
    }

    [Fact]
    public async Task With_the_defaults_a_dead_endpoint_is_asked_five_times_a_minute_at_most()
        => Assert.InRange((await MeasureAsync(static _ => { })).Attempts, 3, 5);

    private static async Task<string> RowAsync(string settings, Action<EndpointOptions> configure)
    {
        var (attempts, back, full) = await MeasureAsync(configure);
        return string.Create(CultureInfo.InvariantCulture, $"| {settings} | {attempts} | {Math.Round(back.TotalSeconds)} s | {Math.Round(full.TotalSeconds)} s |\n");
    }

    private static async Task<(int Attempts, TimeSpan Back, TimeSpan Full)> MeasureAsync(Action<EndpointOptions> configure)
    {
        using var chain = new TestChain();
        var clock = chain.Clock;
        var dead = 0;
        chain.Endpoint(
            "a",
            new FakeChatClient(new Script().Then((_, token) =>
            {
                if (clock.Elapsed >= Outage)
                {
                    return Task.Delay(Answer, clock, token);
                }

                dead++;
                return Task.FromException(new IOException("refused"));
            }).Text("a").Finish()),
            endpoint =>
            {
                // A retry's delay is drawn by chance; what is counted here hangs on none.
                (endpoint.Retry.MaxRetryAttempts, endpoint.Retry.Delay) = (1, TimeSpan.Zero);
                configure(endpoint);
            });
        chain.Endpoint("b", new Script().Wait(clock, Answer).Text("b").Finish());

        var back = TimeSpan.MaxValue;
        do
        {
            var response = await AskAsync(chain);
            if (response.Text == "a" && back == TimeSpan.MaxValue)
            {
                back = clock.Elapsed - Outage - Answer;
            }
        }
        while (back == TimeSpan.MaxValue || chain["a"].State != EndpointState.Healthy);

        return (dead, back, clock.Elapsed - Outage);
    }

    private static async Task<ChatResponse> AskAsync(TestChain chain)
    {
        Assert.True(chain.Clock.Elapsed < Patience, "It never came back.");
        var asking = chain.Client.AskAsync(streaming: true);
        while (!asking.IsCompleted)
        {
            if (chain.Clock.ScheduledTimers > 0 && chain.Clock.NextTimer <= Answer)
            {
                chain.Clock.Advance(chain.Clock.NextTimer);
            }

            await Task.Yield();
        }

        return await asking;
    }
}
