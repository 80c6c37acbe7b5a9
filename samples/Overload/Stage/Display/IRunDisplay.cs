using Overload.Stage.Recording;

namespace Overload.Stage.Display;

/// <summary>Shows a run while it runs.</summary>
internal interface IRunDisplay
{
    /// <summary>Shows it until the load is over.</summary>
    Task ShowAsync(RunRecorder run, Task load);
}
