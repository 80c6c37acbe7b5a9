using System.Text.Json.Nodes;
using LlmResilience.Endpoints;
using LlmResilience.Health;
using LlmResilience.LoadBalancing;
using LlmResilience.Utilities;

namespace LlmResilience.Tests.Health;

/// <summary>The conformance vectors of the pure functions of ejection and balancing, one test each, found as the others are.</summary>
public sealed class FormulaVectorTests
{
    private const string File = "formulas.json";
    private const string List = "formula_vectors";
    private const double DefaultTolerance = 1e-6;

    public static TheoryData<string> Formulas { get; } = [.. VectorFile.Read(File, List).Where(IsOurs).Select(vector => (string)vector["name"]!)];

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Formulas))]
    public void Formula_holds(string name)
    {
        var vector = VectorFile.Read(File, List).Single(vector => (string)vector["name"]! == name);
        var args = vector["args"]!.AsObject();
        var expect = vector["expect"]!.AsObject();
        switch ((string)vector["fn"]!)
        {
            case "ratio_trip":
                var total = (int)args["total"]!;
                var failures = (int)Math.Round((double)args["failures_ratio"]! * total);
                Assert.Equal((bool)expect["trip"]!, EjectionFormulas.Trips(total, failures, (int)args["min_throughput"]!, (double)args["threshold"]!));
                break;
            case "allowed_ejections":
                Assert.Equal((int)expect["allowed"]!, EjectionFormulas.AllowedEjections((int)args["n"]!, (double)args["percent"]! / 100));
                break;
            case "eject_duration":
                var duration = EjectionFormulas.Duration((int)args["k"]!, Ticks(args, "base"), Ticks(args, "max"), Ticks(args, "jitter_ms"), (long)args["draw"]!);
                Assert.Equal((double)expect["ms"]!, TimeSpan.FromTicks(duration).TotalMilliseconds);
                break;
            case "k_max" when expect["error"] is not null:
                var errors = new List<string>();
                new EjectionOptions { BaseEjectionTime = TimeSpan.FromTicks(Ticks(args, "base")), MaxEjectionTime = TimeSpan.FromTicks(Ticks(args, "max")) }
                    .Check(new OptionsChecker("Ejection", errors));
                Assert.NotEmpty(errors);
                break;
            case "k_max":
                Assert.Equal((int)expect["k_max"]!, EjectionFormulas.MaxMultiplier(Ticks(args, "base"), Ticks(args, "max")));
                break;
            case "smooth_wrr":
                var weights = args["weights"]!.AsObject();
                var order = RoundRobin.Order(weights.Select(weight => (int)weight.Value!).ToArray());
                var names = weights.Select(weight => weight.Key).ToArray();
                Assert.Equal(
                    expect["sequence"]!.AsArray().Select(name => (string)name!), Enumerable.Range(0, (int)args["n"]!).Select(turn => names[order[turn % order.Length]]));
                break;
            case "peak_ewma":
                Assert.Equal((double)expect["cost"]!, Average(args, MovingAverage.PeakEwma, first: 0), Tolerance(vector));
                break;
            case "ema":
                Assert.Equal((double)expect["ema"]!, Average(args, MovingAverage.Ema, first: (double)args["obs"]![0]![1]!), Tolerance(vector));
                break;
            case "p2c_pair":
                var (first, second) = TwoChoices.Pair((int)args["a"]!, (int)args["b"]!);
                Assert.Equal(expect["pick"]!.AsArray().Select(place => (int)place!), [first, second]);
                Assert.InRange(second, 0, (int)args["n"]! - 1);
                break;
            case "chwbl_cap":
                Assert.Equal((long)expect["cap"]!, Affinity.Cap((double)args["eps"]!, (long)args["inflight"]!, (long)args["weight"]!, (long)args["total"]!));
                break;
            case "biaser_sample":
                var retryAfter = args["retry_after_ms"] is { } asked ? TimeSpan.FromMilliseconds((double)asked) : (TimeSpan?)null;
                Assert.Equal((double)expect["sample_ms"]!, EndpointLatency.ForFailure((double)args["rtt_ms"]!, retryAfter), Tolerance(vector));
                break;
            default:
                var ratio = EjectionFormulas.RampRatio(Ticks(args, "t"), Ticks(args, "window"), (double)args["min_weight"]!);
                Assert.Equal((double)expect["weight"]!, ratio, Tolerance(vector));
                break;
        }
    }

    [Fact]
    public void There_are_formulas() => Assert.True(VectorFile.IsForeign || Formulas.Count > 0);

    // Limits and retry budgets come with other features; what the design leaves out is no vector of ours.
    private static bool IsOurs(JsonObject vector)
    {
        var args = vector["args"]!.AsObject();
        return (string)vector["fn"]! switch
        {
            "ratio_trip" or "eject_duration" or "k_max" => true,
            "smooth_wrr" or "peak_ewma" or "ema" or "p2c_pair" or "chwbl_cap" or "biaser_sample" => true,
            "allowed_ejections" => (bool)args["always_one"]! && (bool)args["eject_single"]!,
            "slow_start_weight" => (double)args["aggression"]! == 1,
            _ => false,
        };
    }

    private static double Tolerance(JsonObject vector) => (double?)vector["tolerance"] ?? DefaultTolerance;

    private static double Average(JsonObject args, Func<double, double, double, double, double> add, double first)
    {
        var (average, at) = (first, (double)args["obs"]![0]![0]!);
        foreach (var observation in args["obs"]!.AsArray())
        {
            average = add(average, (double)observation![1]!, (double)observation[0]! - at, (double)args["tau"]!);
            at = (double)observation[0]!;
        }

        return average;
    }

    private static long Ticks(JsonObject args, string key) => (long)((double)args[key]! * TimeSpan.TicksPerMillisecond);
}
