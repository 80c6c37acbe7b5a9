namespace Overload.Stage.Report.Charts;

/// <summary>A time in which something stayed the same.</summary>
internal sealed record Band<T>(double Start, double End, T Value);
