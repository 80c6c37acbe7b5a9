namespace LlmResilience.Faults.Tests.Matrix;

/// <summary>What was seen of one fault in one situation, in words that do not change from run to run.</summary>
/// <param name="Kind">The failure's kind, as the metrics name it.</param>
/// <param name="Next">What the resilient client did next.</param>
/// <param name="Health">What became of the endpoint's health.</param>
/// <param name="Got">What the app got.</param>
/// <param name="Took">What ended the faulty attempt: the fault itself, or one of our clocks.</param>
public sealed record CellResult(string Kind, string Next, string Health, string Got, string Took);
