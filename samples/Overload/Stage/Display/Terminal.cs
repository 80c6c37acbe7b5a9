using System.Text;
using Spectre.Console;

namespace Overload.Stage.Display;

internal static class Terminal
{
    private const int PlainWidth = 110;

    public static IAnsiConsole Create(bool plain)
    {
        if (!plain)
        {
            // Bars and frames, on Windows too.
            Console.OutputEncoding = Encoding.UTF8;
        }

        var console = AnsiConsole.Create(plain
            ? new AnsiConsoleSettings { Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors, Interactive = InteractionSupport.No }
            : new AnsiConsoleSettings());
        if (plain)
        {
            console.Profile.Width = PlainWidth;
        }

        return console;
    }
}
