using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;
using Microsoft.Extensions.AI;

namespace LlmResilience.Soak.Tests.Streams;

/// <summary>
/// Thousands of streams at a time over three endpoints of which two go wrong in every way, and one, each in turn, does not: no request
/// fails before its first token, and every answer is the prompt's, each token once and in order.
/// </summary>
/// <remarks>LLMRESILIENCE_SOAK_SECONDS sets how long.</remarks>
[Collection(SoakCollection.Name)]
public sealed class SoakTests(ITestOutputHelper output)
{
    private const int AtATime = 2000;
    private const double DefaultSeconds = 10;

    // Longer than any request needs to come past the ill endpoints, on a busy machine too.
    private static readonly TimeSpan Overlap = TimeSpan.FromSeconds(1.5);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(3);

    private readonly List<Exception> _failures = [];
    private long _requests;
    private long _streams;
    private long _broken;
    private long _wrong;

    [Fact]
    public async Task No_request_fails_while_one_endpoint_is_healthy()
    {
        var seconds = double.Parse(Environment.GetEnvironmentVariable("LLMRESILIENCE_SOAK_SECONDS") is { Length: > 0 } set ? set : DefaultSeconds.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        using var counts = new Counts();
        using var chain = new ChaoticChain(TimeSpan.FromMilliseconds(20), static options =>
        {
            options.EndpointDefaults.Timeouts.FirstToken = Limit;
            options.EndpointDefaults.Timeouts.FirstTokenAtLastEndpoint = Limit * 4;
            options.EndpointDefaults.Timeouts.BetweenTokens = Limit;
            options.EndpointDefaults.Timeouts.Response = Limit * 4;
        });
        foreach (var client in chain.Clients)
        {
            client.Silence = 0.002;
            client.SilentFor = Limit * 1.2;
        }

        var time = Stopwatch.StartNew();
        using var over = new CancellationTokenSource(TimeSpan.FromSeconds(seconds));
        var next = 0;
        var workers = Enumerable.Range(0, AtATime).Select(_ => Task.Run(async () =>
        {
            while (!over.IsCancellationRequested)
            {
                await OneAsync(chain.Client, Interlocked.Increment(ref next));
            }
        })).ToList();
        await DirectAsync(chain, over.Token);
        await Task.WhenAll(workers);
        var state = await chain.SettleAsync();

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"soak: {time.Elapsed.TotalSeconds:F0} s, {_requests} requests, {_streams} of them streams, {counts.Retries} retries, {counts.Fallbacks} fallbacks, {chain.Snapshot.Sum(endpoint => endpoint.EjectionCount)} ejections, {_broken} broken after the first token, {_wrong} wrong answers, {_failures.Count} failures"));
        Assert.True(_failures.Count == 0, $"{_failures.Count} failures, the first: {_failures.FirstOrDefault()}");
        Assert.Equal(0, _wrong);
        Assert.True(chain.Held == 0, state);
        Assert.Equal(0, chain.Clients.Sum(client => client.DisposedTwice + client.DisposedWhileMoving));
        Assert.True(counts.Retries > 0 && counts.Fallbacks > 0 && _broken > 0, "The faults did not happen.");
    }

    /// <summary>The healthy one changes, and for a while both are.</summary>
    private static async Task DirectAsync(ChaoticChain chain, CancellationToken over)
    {
        var endpoints = chain.Client.GetService<LlmEndpoints>()!;
        var random = new Random(1);
        try
        {
            for (var healthy = 2; ; healthy = (healthy + random.Next(1, 3)) % 3)
            {
                SetFaults(chain.Clients[healthy], before: 0, after: 0);
                endpoints.Restore(chain.Snapshot[healthy].Name);
                await Task.Delay(Overlap, over);
                for (var i = 0; i < chain.Clients.Count; i++)
                {
                    if (i != healthy)
                    {
                        SetFaults(chain.Clients[i], before: random.NextDouble() * random.NextDouble(), after: random.NextDouble() / 10);
                    }
                }

                await Task.Delay(TimeSpan.FromMilliseconds(random.Next(300, 1500)), over);
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    private static void SetFaults(ChaoticClient client, double before, double after)
    {
        client.FaultsBefore = before;
        client.FaultsAfter = after;
    }

    private async Task OneAsync(IChatClient client, int number)
    {
        var prompt = number.ToString(CultureInfo.InvariantCulture);
        var expected = ChaoticClient.AnswerTo(prompt);
        var seen = "";
        Interlocked.Increment(ref _requests);
        try
        {
            if (number % 5 == 0)
            {
                seen = (await client.GetResponseAsync(prompt)).Text;
            }
            else
            {
                Interlocked.Increment(ref _streams);
                await foreach (var update in client.GetStreamingResponseAsync(prompt))
                {
                    seen += update.Text;
                }
            }

            Count(string.Equals(seen, expected, StringComparison.Ordinal));
        }
        catch (Exception exception) when (exception is StreamInterruptedException or StreamStalledException)
        {
            // What was shown was right so far, and the app is told that it is not all.
            var partial = exception is StreamInterruptedException interrupted ? interrupted.PartialText : ((StreamStalledException)exception).PartialText;
            Interlocked.Increment(ref _broken);
            Count(seen.Length > 0 && string.Equals(partial, seen, StringComparison.Ordinal) && expected.StartsWith(seen, StringComparison.Ordinal));
        }
        catch (Exception exception)
        {
            lock (_failures)
            {
                _failures.Add(exception);
            }
        }
    }

    private void Count(bool isRight)
    {
        if (!isRight)
        {
            Interlocked.Increment(ref _wrong);
        }
    }

    private sealed class Counts : IDisposable
    {
        private readonly MeterListener _listener = new();
        private long _retries;
        private long _fallbacks;

        public Counts()
        {
            _listener.InstrumentPublished = static (instrument, listener) =>
            {
                if (instrument.Meter.Name == LlmResilienceTelemetry.MeterName && instrument is Counter<long>)
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            };
            _listener.SetMeasurementEventCallback<long>((instrument, value, _, _) =>
            {
                if (instrument.Name == LlmResilienceTelemetry.Retries)
                {
                    Interlocked.Add(ref _retries, value);
                }
                else if (instrument.Name == LlmResilienceTelemetry.Fallbacks)
                {
                    Interlocked.Add(ref _fallbacks, value);
                }
            });
            _listener.Start();
        }

        public long Retries => Volatile.Read(ref _retries);

        public long Fallbacks => Volatile.Read(ref _fallbacks);

        public void Dispose() => _listener.Dispose();
    }
}
