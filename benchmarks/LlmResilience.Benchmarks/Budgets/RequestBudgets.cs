namespace LlmResilience.Benchmarks.Budgets;

/// <summary>A healthy request and a healthy stream, beside Polly's pipeline.</summary>
internal static class RequestBudgets
{
    public static IEnumerable<Budget> Measure()
    {
        var (ours, polly) = (Contenders.Ours(), Contenders.Polly());
        var calls = Measurement.Compare(() => Contenders.CallAsync(ours), () => Contenders.CallAsync(polly));
        yield return Budget.Ratio("request, healthy", calls[0], calls[1], "Polly", 0.8);
        yield return Budget.Bytes("request, healthy: bytes", calls[0], calls[1], "Polly");

        var streams = Measurement.Compare(() => Contenders.StreamAsync(ours), () => Contenders.StreamAsync(polly));
        yield return Budget.Ratio("stream of 20 updates, healthy", streams[0], streams[1], "Polly", 0.7);
        yield return Budget.Bytes("stream of 20 updates: bytes", streams[0], streams[1], "Polly");
    }
}
