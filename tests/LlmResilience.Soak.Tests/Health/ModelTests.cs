using System.Globalization;
using FsCheck;
using FsCheck.Fluent;

namespace LlmResilience.Soak.Tests.Health;

/// <summary>Random sequences of events, at the mechanism and at a plain model of the design: both must say the same after each of them.</summary>
/// <remarks>
/// The seed is fixed. LLMRESILIENCE_MODEL_SEED=random draws one, and prints it; the same variable set to what was printed plays it again.
/// LLMRESILIENCE_MODEL_TESTS sets how many sequences.
/// </remarks>
public sealed class ModelTests(ITestOutputHelper output)
{
    private const ulong FixedSeed = 20260101;

    [Fact]
    public void The_mechanism_agrees_with_the_model()
    {
        var seed = Environment.GetEnvironmentVariable("LLMRESILIENCE_MODEL_SEED") switch
        {
            null or "" => FixedSeed,
            "random" => (ulong)Random.Shared.NextInt64(),
            var text => ulong.Parse(text, CultureInfo.InvariantCulture),
        };
        var tests = int.Parse(Environment.GetEnvironmentVariable("LLMRESILIENCE_MODEL_TESTS") ?? "3000", CultureInfo.InvariantCulture);
        output.WriteLine($"Replay with LLMRESILIENCE_MODEL_SEED={seed}");

        // The gamma of a generator must be odd.
        var config = Config.QuickThrowOnFailure
            .WithMaxTest(tests)
            .WithEndSize(300)
            .WithReplay(seed, (seed << 1) | 1);
        var triggered = 0;
        Check.One(config, Prop.ForAll(Scenarios(), scenario =>
        {
            scenario.Run();
            triggered += scenario.Ejections > 0 && scenario.Events.All(step => step.Kind != Do.Eject) ? 1 : 0;
            return true;
        }));
        output.WriteLine($"{triggered} of {tests} sequences ejected by a trigger alone");
        Assert.True(triggered > tests / 50, $"Only {triggered} sequences ejected by a trigger alone.");
    }

    [Fact]
    public void A_counterexample_shrinks_to_the_events_that_matter()
    {
        // A claim that is false: no trigger ever ejects. One admission and five failures, or fewer with other settings, refute it.
        var shortest = Enumerable.Range(0, 1000).Select(_ => Scenarios().Generator.Sample(1, 200).First()).First(EjectsSomething);
        while (Scenarios().Shrinker(shortest).FirstOrDefault(EjectsSomething) is { } smaller)
        {
            shortest = smaller;
        }

        output.WriteLine(shortest.ToString());
        Assert.InRange(shortest.Events.Count, 1, 12);

        static bool EjectsSomething(Scenario scenario)
        {
            scenario.Run();
            return scenario.Ejections > 0 && scenario.Events.All(step => step.Kind != Do.Eject);
        }
    }

    private static Arbitrary<Scenario> Scenarios()
    {
        // Times are round, so that boundaries are hit: windows of 10 s, leases of 35 s, ejections of k x 10 s, intervals of 30 s.
        var kinds = Gen.Frequency(
            (30, Gen.Constant(Do.Admit)), (14, Gen.Constant(Do.FirstToken)), (28, Gen.Constant(Do.Fail)), (4, Gen.Constant(Do.Finish)), (5, Gen.Constant(Do.Ignore)),
            (24, Gen.Constant(Do.Advance)), (3, Gen.Constant(Do.Regress)), (12, Gen.Constant(Do.Look)), (3, Gen.Constant(Do.CoolDown)),
            (2, Gen.Constant(Do.Reload)), (1, Gen.Constant(Do.Drain)), (2, Gen.Constant(Do.Eject)), (2, Gen.Constant(Do.Restore)));
        var events = kinds.SelectMany(kind => Gen.Choose(0, 1).SelectMany(endpoint => Gen.Choose(0, 999).Select(value => new Event(kind, endpoint, value))));
        var scenarios = Gen.Choose(0, ScenarioSettings.Count - 1).SelectMany(settings => Gen.Choose(0, 2).SelectMany(share
            => events.ListOf().Select(list => new Scenario(settings, share, list))));
        return Arb.From(scenarios, static scenario => scenario.Shrink());
    }
}
