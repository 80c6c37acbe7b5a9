using System.Text.Json.Nodes;
using LlmResilience.Health;
using LlmResilience.Utilities;

namespace LlmResilience.Tests.Health;

/// <summary>The conformance vectors of the ejection's pure functions, one test each, found as the others are.</summary>
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
            default:
                var ratio = EjectionFormulas.RampRatio(Ticks(args, "t"), Ticks(args, "window"), (double)args["min_weight"]!);
                Assert.Equal((double)expect["weight"]!, ratio, (double?)vector["tolerance"] ?? DefaultTolerance);
                break;
        }
    }

    [Fact]
    public void There_are_formulas() => Assert.True(VectorFile.IsForeign || Formulas.Count > 0);

    // Balancing, limits and retry budgets come with other features; what the design leaves out is no vector of ours.
    private static bool IsOurs(JsonObject vector)
    {
        var args = vector["args"]!.AsObject();
        return (string)vector["fn"]! switch
        {
            "ratio_trip" or "eject_duration" or "k_max" => true,
            "allowed_ejections" => (bool)args["always_one"]! && (bool)args["eject_single"]!,
            "slow_start_weight" => (double)args["aggression"]! == 1,
            _ => false,
        };
    }

    private static long Ticks(JsonObject args, string key) => (long)((double)args[key]! * TimeSpan.TicksPerMillisecond);
}
