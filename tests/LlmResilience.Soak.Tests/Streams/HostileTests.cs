using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;
using LlmResilience.TestUtils;
using LlmResilience.Utilities;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Configuration;

namespace LlmResilience.Soak.Tests.Streams;

/// <summary>
/// Streams and responses over endpoints that fail at random, with loggers, listeners and callbacks that throw, an app that cancels and
/// breaks off, and a configuration that changes all the time: each request has its whole answer once, or one clear exception, and nothing
/// is left of any.
/// </summary>
/// <remarks>LLMRESILIENCE_SOAK_REQUESTS sets how many streams there are, and as many responses.</remarks>
[Collection(SoakCollection.Name)]
public sealed class HostileTests(ITestOutputHelper output)
{
    private const int DefaultRequests = 5_000;
    private const int AtATime = 200;
    private const int Endpoints = 3;
    private const string Section = "LlmResilience";

    private static readonly TimeSpan TimeBetweenReloads = TimeSpan.FromMilliseconds(50);

    private readonly CountingTimeProvider _clock = new();
    private readonly ChaosProvider _provider = new();
    private long _whole;
    private long _broken;
    private long _failed;
    private long _stopped;
    private long _wrong;
    private string? _firstWrong;

    [Fact]
    public async Task Nothing_foreign_takes_an_answer_or_leaves_anything_behind()
    {
        var count = int.Parse(Environment.GetEnvironmentVariable("LLMRESILIENCE_SOAK_REQUESTS") is { Length: > 0 } set ? set : DefaultRequests.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        using var listener = ThrowingListener();
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(Settings()).Build();
        var client = Build(configuration);
        var time = Stopwatch.StartNew();
        using var over = new CancellationTokenSource();
        var reloading = ReloadAsync(configuration, over.Token);

        await RunAsync(client, count);
        await over.CancelAsync();
        var reloads = await reloading;
        var endpoints = client.GetService<LlmEndpoints>()!;
        await SettleAsync(endpoints);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"hostile: {time.Elapsed.TotalSeconds:F0} s, {count} streams and {count} responses, {_provider.Clients.Sum(one => one.Calls)} calls of {_provider.Clients.Count} clients, {reloads} reloads; {_whole} whole answers, {_broken} broken after the first token, {_failed} failed before it, {_stopped} stopped by the app, {_wrong} wrong"));

        Assert.True(_wrong == 0, $"{_wrong} requests ended wrongly, the first: {_firstWrong}");
        Assert.Equal(2L * count, _whole + _broken + _failed + _stopped);
        Assert.Equal("", Held(endpoints));
        Assert.Equal(0, _provider.Clients.Sum(one => one.DisposedTwice + one.DisposedWhileMoving));
        client.Dispose();
        Assert.Equal(0, _clock.LiveTimers);
        Assert.True(_whole > count && _broken > 0 && _stopped > 0 && reloads > 0, "The faults did not happen.");
    }

    private static Dictionary<string, string?> Settings()
    {
        var settings = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase)
        {
            [$"{Section}:EndpointDefaults:Timeouts:FirstToken"] = "00:00:00.100",
            [$"{Section}:EndpointDefaults:Timeouts:FirstTokenAtLastEndpoint"] = "00:00:00.150",
            [$"{Section}:EndpointDefaults:Timeouts:BetweenTokens"] = "00:00:00.100",
            [$"{Section}:EndpointDefaults:Timeouts:Response"] = "00:00:00.150",
            [$"{Section}:EndpointDefaults:Timeouts:ResponseAtLastEndpoint"] = "00:00:00.200",
            [$"{Section}:EndpointDefaults:RequireFinishReason"] = "Always",
            [$"{Section}:EndpointDefaults:Retry:Delay"] = "00:00:00.001",
            [$"{Section}:EndpointDefaults:Ejection:BaseEjectionTime"] = "00:00:00.002",
            [$"{Section}:EndpointDefaults:Ejection:MaxEjectionTime"] = "00:00:00.010",
            [$"{Section}:EndpointDefaults:Ejection:RampUpDuration"] = "00:00:00.010",
        };
        for (var i = 0; i < Endpoints; i++)
        {
            settings[$"{Section}:Endpoints:{i}:Name"] = ((char)('a' + i)).ToString();
            settings[$"{Section}:Endpoints:{i}:Provider"] = "Chaos";
            settings[$"{Section}:Endpoints:{i}:Key"] = "0";
        }

        return settings;
    }

    private static MeterListener ThrowingListener()
    {
        var listener = new MeterListener
        {
            InstrumentPublished = static (instrument, listener) =>
            {
                if (instrument.Meter.Name == LlmResilienceTelemetry.MeterName)
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>(static (_, _, _, _) => throw new InvalidOperationException("a listener"));
        listener.SetMeasurementEventCallback<double>(static (_, _, _, _) => throw new InvalidOperationException("a listener"));
        listener.Start();
        return listener;
    }

    /// <summary>A new key makes an endpoint another one, whose old client is retired; another priority only turns the order around.</summary>
    private static async Task<int> ReloadAsync(IConfigurationRoot configuration, CancellationToken over)
    {
        var random = new Random(1);
        var reloads = 0;
        while (!over.IsCancellationRequested)
        {
            var endpoint = random.Next(Endpoints);
            configuration[$"{Section}:Endpoints:{endpoint}:{(random.Next(2) == 0 ? "Key" : "Priority")}"] = random.Next(3).ToString(CultureInfo.InvariantCulture);
            configuration.Reload();
            reloads++;
            await Task.Delay(TimeBetweenReloads, CancellationToken.None);
        }

        return reloads;
    }

    private static async Task CancelSoonAsync(CancellationTokenSource source, Random random)
    {
        for (var i = random.Next(12); i > 0; i--)
        {
            await Task.Yield();
        }

        // It may be over, and the source disposed, before the cancel comes.
        source.CancelQuietly();
    }

    private ResilientChatClient Build(IConfigurationRoot configuration)
    {
        var builder = new LlmResilienceBuilder { TimeProvider = _clock, LoggerFactory = new ThrowingLoggerFactory() };
        builder.Events.OnRetry = static _ => throw new InvalidOperationException("a callback");
        builder.Events.OnFallback = static _ => throw new InvalidOperationException("a callback");
        builder.Events.OnEndpointStateChanged = static _ => throw new InvalidOperationException("a callback");
        builder.Events.OnRequestFailed = static _ => throw new InvalidOperationException("a callback");
        return builder.AddProvider(_provider).Bind(configuration.GetSection(Section)).Build();
    }

    private async Task RunAsync(ResilientChatClient client, int count)
    {
        var next = 0;
        await Task.WhenAll(Enumerable.Range(0, AtATime).Select(_ => Task.Run(async () =>
        {
            for (var i = Interlocked.Increment(ref next); i <= 2 * count; i = Interlocked.Increment(ref next))
            {
                await OneAsync(client, i, isStreaming: i % 2 == 0, new Random(i));
            }
        })));
    }

    private async Task OneAsync(ResilientChatClient client, int number, bool isStreaming, Random random)
    {
        var prompt = number.ToString(CultureInfo.InvariantCulture);
        var expected = ChaoticClient.AnswerTo(prompt);
        var cancels = random.Next(8) == 0;
        var breaksAfter = isStreaming && random.Next(8) == 0 ? random.Next(1, 5) : int.MaxValue;
        using var app = new CancellationTokenSource();
        var canceling = cancels ? CancelSoonAsync(app, random) : Task.CompletedTask;
        var seen = "";
        try
        {
            if (isStreaming)
            {
                await foreach (var update in client.GetStreamingResponseAsync(prompt, cancellationToken: app.Token))
                {
                    seen += update.Text;
                    if (--breaksAfter == 0)
                    {
                        break;
                    }
                }
            }
            else
            {
                seen = (await client.GetResponseAsync(prompt, cancellationToken: app.Token)).Text;
            }

            if (breaksAfter == 0)
            {
                Count(ref _stopped, expected.StartsWith(seen, StringComparison.Ordinal), $"{prompt}: {seen}");
            }
            else
            {
                Count(ref _whole, string.Equals(seen, expected, StringComparison.Ordinal), $"{prompt}: {seen}");
            }
        }
        catch (StreamInterruptedException exception)
        {
            Count(ref _broken, string.Equals(exception.PartialText, seen, StringComparison.Ordinal) && expected.StartsWith(seen, StringComparison.Ordinal), exception.ToString());
        }
        catch (AllEndpointsFailedException exception)
        {
            Count(ref _failed, seen.Length == 0, exception.ToString());
        }
        catch (OperationCanceledException exception) when (cancels)
        {
            Count(ref _stopped, exception.CancellationToken == app.Token && expected.StartsWith(seen, StringComparison.Ordinal), exception.ToString());
        }
        catch (Exception exception)
        {
            Count(ref _failed, isRight: false, exception.ToString());
        }

        await canceling;
    }

    private void Count(ref long outcome, bool isRight, string what)
    {
        Interlocked.Increment(ref outcome);
        if (!isRight)
        {
            Interlocked.Increment(ref _wrong);
            Interlocked.CompareExchange(ref _firstWrong, what, comparand: null);
        }
    }

    /// <summary>What is in flight at clients that do not listen ends within their time.</summary>
    private async Task SettleAsync(LlmEndpoints endpoints)
    {
        for (var deadline = Environment.TickCount64 + 20_000; Held(endpoints).Length > 0 && Environment.TickCount64 < deadline;)
        {
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }
    }

    private string Held(LlmEndpoints endpoints)
    {
        var snapshots = endpoints.GetSnapshots();
        var (open, active, abandoned) = (_provider.Clients.Sum(one => one.Open), snapshots.Sum(one => one.ActiveAttempts), snapshots.Sum(one => one.AbandonedAttempts));
        return open + active + abandoned == 0 ? "" : $"{open} open, {active} active, {abandoned} abandoned";
    }
}
