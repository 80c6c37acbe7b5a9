namespace Overload.Stage.Runs;

/// <summary>One thing that must hold.</summary>
internal sealed record VerdictPart(string Claim, bool Holds, string Seen);
