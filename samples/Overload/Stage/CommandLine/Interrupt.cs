namespace Overload.Stage.CommandLine;

/// <summary>Ctrl+C ends the sample in good order: the live display gives the cursor back.</summary>
internal static class Interrupt
{
    public static CancellationTokenSource OnCtrlC()
    {
        var source = new CancellationTokenSource();
        Console.CancelKeyPress += (_, e) =>
        {
            e.Cancel = !source.IsCancellationRequested;
            source.Cancel();
        };
        return source;
    }
}
