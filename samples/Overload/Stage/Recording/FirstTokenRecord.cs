namespace Overload.Stage.Recording;

/// <summary>A first token.</summary>
/// <param name="At">When it came, since the start of the run.</param>
/// <param name="Endpoint">From whom; <see langword="null"/> as the users count, who do not know.</param>
/// <param name="Milliseconds">How long it took.</param>
internal sealed record FirstTokenRecord(TimeSpan At, string? Endpoint, double Milliseconds);
