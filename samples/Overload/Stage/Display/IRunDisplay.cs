using Overload.Recording;

namespace Overload.Display;

/// <summary>Shows a run while it runs.</summary>
internal interface IRunDisplay
{
    /// <summary>Shows it until the load is over.</summary>
    Task ShowAsync(RunRecorder run, Task load);
}
