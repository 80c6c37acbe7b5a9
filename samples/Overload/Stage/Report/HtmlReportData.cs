using LlmResilience;
using Overload.Stage.Runs;

namespace Overload.Stage.Report;

/// <summary>What the page shows.</summary>
internal sealed record HtmlReportData(int Seed, RunResult Unprotected, RunResult Protected, Verdict Verdict)
{
    /// <summary>The settings of the protected app.</summary>
    public EndpointOptions Settings => Protected.Settings!;
}
