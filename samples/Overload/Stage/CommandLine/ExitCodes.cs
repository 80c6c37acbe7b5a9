namespace Overload.Stage.CommandLine;

internal static class ExitCodes
{
    public const int Held = 0;

    public const int DidNotHold = 1;

    public const int WrongOption = 2;

    public const int Interrupted = 130;
}
