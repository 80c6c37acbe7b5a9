using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Overload.Stage.CommandLine;

internal static class SampleOptionsParser
{
    public const string Usage = """
        A model server is overloaded, without and with LlmResilience. Takes less than a minute; writes overload.html.

        Usage: dotnet run --project samples/Overload [-- options]

          --plain        one line a second instead of the live display; what a pipe gets anyway
          --seed N       the seed of the users' arrivals and of the servers (1)
          --json FILE    also writes the numbers as JSON
          --help         shows this

        Exit code: 0 if the story held, 1 if a part of it did not, 2 for a wrong option.
        """;

    public static bool TryParse(IReadOnlyList<string> args, out SampleOptions options, [NotNullWhen(false)] out string? error)
    {
        options = new SampleOptions();
        error = null;
        for (var i = 0; i < args.Count && error is null; i++)
        {
            var value = i + 1 < args.Count ? args[i + 1] : null;
            switch (args[i])
            {
                case "--plain":
                    options = options with { Plain = true };
                    break;
                case "--help" or "-h" or "-?":
                    options = options with { Help = true };
                    break;
                case "--seed" when int.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var seed):
                    options = options with { Seed = seed };
                    i++;
                    break;
                case "--seed":
                    error = $"--seed takes a whole number, but is '{value}'.";
                    break;
                case "--json" when !string.IsNullOrWhiteSpace(value):
                    options = options with { JsonFile = Path.GetFullPath(value) };
                    error = Directory.Exists(Path.GetDirectoryName(options.JsonFile)) ? null : $"--json: there is no folder for '{value}'.";
                    i++;
                    break;
                case "--json":
                    error = "--json takes the name of a file.";
                    break;
                default:
                    error = $"Unknown option '{args[i]}'.";
                    break;
            }
        }

        return error is null;
    }
}
