namespace Overload.Stage.CommandLine;

/// <summary>What the command line asked for.</summary>
internal sealed record SampleOptions
{
    public bool Plain { get; init; } = Console.IsOutputRedirected;

    public bool Help { get; init; }

    public int Seed { get; init; } = 1;

    public string? JsonFile { get; init; }
}
