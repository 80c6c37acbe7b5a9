using Overload.Stage.Recording;
using Spectre.Console;

namespace Overload.Stage.Display;

/// <summary>The run as it happens, redrawn several times a second.</summary>
internal sealed class TerminalDisplay(IAnsiConsole console) : IRunDisplay
{
    private static readonly TimeSpan Refresh = TimeSpan.FromMilliseconds(250);

    public Task ShowAsync(RunRecorder run, Task load)
        => console.Live(TerminalView.Of(run)).StartAsync(async context =>
        {
            while (await Task.WhenAny(load, Task.Delay(Refresh)) != load)
            {
                context.UpdateTarget(TerminalView.Of(run));
            }

            context.UpdateTarget(TerminalView.Of(run));
        });
}
