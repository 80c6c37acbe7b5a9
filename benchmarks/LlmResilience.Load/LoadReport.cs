using System.Globalization;
using LlmResilience.Load.Http;
using LlmResilience.Load.Idle;
using LlmResilience.Load.Statistics;

namespace LlmResilience.Load;

/// <summary>Says the results in plain lines.</summary>
internal static class LoadReport
{
    public static void Print(HttpResult result, bool verdict)
    {
        Console.WriteLine($"concurrency {result.Concurrency}, {(result.Streaming ? "streamed" : "not streamed")}, {result.Turns} turns of each{"",-3}{"SDK",12}{"chat client",12}{"through us",12}   to the SDK, to the chat client");
        Line("latency p50, us", result, side => side.LatencyP50, added => added.LatencyP50);
        Line("latency p99, us", result, side => side.LatencyP99);
        if (result.Streaming)
        {
            Line("first token p50, us", result, side => side.FirstTokenP50!.Value);
            Line("first token p99, us", result, side => side.FirstTokenP99!.Value);
            Line("between tokens p50, us", result, side => side.BetweenTokensP50!.Value);
        }

        Line("requests/s", result, side => side.RequestsPerSecond);
        Line("CPU per request, us", result, side => side.CpuPerRequest, added => added.CpuPerRequest);
        Line("allocated per request, B", result, side => side.BytesPerRequest, added => added.BytesPerRequest);
        if (verdict)
        {
            Console.WriteLine($"  budget: less than 2 % more than the SDK on p50, CPU and bytes: {Verdict(result.ToSdk.IsWithinBudget)}");
        }
    }

    public static void Print(IdleResult result, bool verdict)
    {
        Console.WriteLine(Invariant($"{result.Streams} streams that wait {result.Waiting}: {result.BytesEach:0} B and {result.TimersEach:0.00} timers each over the raw client's; {result.TimersLeft:0} timers left at the end"));
        Console.WriteLine(Invariant($"  a request takes {result.RequestAlone:0} ns beside none of them, {result.RequestAmongAll:0} ns beside all"));
        if (verdict)
        {
            Console.WriteLine($"  budget: 1 KiB and one timer each: {Verdict(result.IsMet)}");
        }
    }

    private static void Line(string name, HttpResult result, Func<HttpSide, double> read, Func<Added, Ratio>? ratio = null)
    {
        var added = ratio is null ? "" : $"   {ratio(result.ToSdk)}, {ratio(result.ToPlain)}";
        Console.WriteLine(Invariant($"  {name,-46}{read(result.Sdk),12:0.0}{read(result.Plain),12:0.0}{read(result.Resilient),12:0.0}") + added);
    }

    private static string Verdict(bool isMet) => isMet ? "met" : "MISSED";

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
