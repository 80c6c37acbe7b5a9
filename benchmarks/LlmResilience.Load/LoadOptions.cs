namespace LlmResilience.Load;

/// <summary>What the command line says.</summary>
internal sealed record LoadOptions(string? Json, bool Dry, TimeSpan TimePerCell, int IdleStreams)
{
    public const string Usage = """
        Usage: dotnet run -c Release --project benchmarks/LlmResilience.Load [-- OPTIONS]

          --quick      a third of the time
          --dry        once through everything, without a verdict
          --json FILE  writes all numbers to a file
        """;

    /// <returns><see langword="null"/> if there is a mistake.</returns>
    public static LoadOptions? Parse(string[] args)
    {
        var options = new LoadOptions(Json: null, Dry: false, TimeSpan.FromSeconds(30), IdleStreams: 100_000);
        for (var i = 0; i < args.Length; i++)
        {
            switch (args[i])
            {
                case "--quick":
                    options = options with { TimePerCell = TimeSpan.FromSeconds(10) };
                    break;
                case "--dry":
                    options = options with { Dry = true, TimePerCell = TimeSpan.FromMilliseconds(300), IdleStreams = 1000 };
                    break;
                case "--json" when i + 1 < args.Length:
                    options = options with { Json = args[++i] };
                    break;
                default:
                    return null;
            }
        }

        return options;
    }
}
