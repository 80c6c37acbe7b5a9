namespace Overload.Stage.Load;

/// <summary>Calm, a surge far above what the self-hosted server can do (about 8 requests a second), and calm again.</summary>
internal static class LoadProfile
{
    public static IReadOnlyList<LoadPhase> Phases { get; } =
    [
        new("calm", 0, 2, 4),
        new("surge", 2, 12, 28),
        new("calm again", 12, 19.5, 4),
    ];

    public static double Duration => Phases[^1].End;

    public static LoadPhase Surge => Phases[1];

    public static LoadPhase PhaseAt(double second) => Phases.FirstOrDefault(phase => second < phase.End, Phases[^1]);
}
