namespace Overload.Stage.Load;

/// <summary>A user who arrives, whatever the servers do, and asks something.</summary>
/// <param name="At">Seconds since the start of the run.</param>
/// <param name="Prompt">The question.</param>
internal sealed record Arrival(double At, string Prompt);
