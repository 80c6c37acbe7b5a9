namespace Overload.Stage.Recording;

/// <summary>An ejection.</summary>
/// <param name="At">When it began, since the start of the run.</param>
/// <param name="Endpoint">Who was ejected.</param>
/// <param name="K">The multiplier of the base time.</param>
/// <param name="Time">For how long, jitter included.</param>
/// <param name="Reason">What triggered it.</param>
internal sealed record EjectionRecord(TimeSpan At, string Endpoint, int K, TimeSpan Time, string Reason);
