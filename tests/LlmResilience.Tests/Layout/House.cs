namespace LlmResilience.Tests.Layout;

/// <summary>The rooms of src/LlmResilience. docs/architecture.md says what lives in each.</summary>
internal static class House
{
    /// <summary>The face of the library: the files in no folder.</summary>
    public const string Root = "the root";

    // From the ground up: a room names rooms of earlier rows and its own, and options classes. Not every room has to be there yet.
    private static readonly string[][] Rows =
    [
        ["Utilities"],
        ["Failures"],
        ["Health"],
        ["Telemetry"],
        ["Retry"],
        ["Limits"],
        ["Endpoints"],
        ["Chains"],
        ["LoadBalancing", "Probing"],
        ["Fleet"],
        ["Attempts"],
        ["AllUnavailable"],
        ["Requests"],
        ["Hedging", "Recovery", "Routing"],
        ["PollyAdapters"],
        ["Configuration"],
        [Root],
    ];

    public static bool Has(string room) => Rows.Any(row => row.Contains(room));

    /// <summary>The other rooms whose types may be named in <paramref name="room"/>.</summary>
    public static IReadOnlyList<string> RoomsBelow(string room) => [.. Rows.TakeWhile(row => !row.Contains(room)).SelectMany(row => row)];
}
