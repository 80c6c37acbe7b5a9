namespace Overload.Stage.Load;

/// <summary>A time in which users arrive at one rate. Seconds since the start of the run.</summary>
internal sealed record LoadPhase(string Name, double Start, double End, double RequestsPerSecond);
