using LlmResilience.Benchmarks.Cases;

namespace LlmResilience.Benchmarks.Budgets;

/// <summary>Recording a success.</summary>
internal static class HealthBudgets
{
    private const int Samples = 1000;

    public static IEnumerable<Budget> Measure(Machine machine)
    {
        var recorder = new Recorder();
        var costs = Measurement.Compare(Samples, recorder.Record, recorder.RecordWithPolly);
        yield return Budget.Time("recording a success", costs[0].Nanoseconds, 15, machine)
            with
        { Peer = $"a breaker of Polly's {costs[1].Nanoseconds:0} ns, machine x {machine.Slowness:0.00}" };
        yield return Budget.NoBytes("recording a success: bytes", costs[0].Bytes);

        var speedUp = Throughput.OfTwoThreads(() => recorder.Record(Samples));
        yield return new Budget("recording on two threads", $"x {speedUp:0.00}", "one thread", ">= x 1.80", speedUp >= 1.8);
    }
}
