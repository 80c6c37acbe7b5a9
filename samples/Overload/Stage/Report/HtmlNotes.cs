using System.Globalization;
using System.Net;
using Overload.Stage.Load;
using Overload.Stage.Runs;
using Overload.Stage.Servers;

namespace Overload.Stage.Report;

/// <summary>The ejections one by one, and how all this was measured.</summary>
internal static class HtmlNotes
{
    public static string Ejections(RunResult run)
        => $"""
            <h2>The ejections</h2>
            <div class="scroll"><table class="narrow">
            <thead><tr><th>endpoint</th><th>at</th><th>k</th><th>for</th><th>because of</th></tr></thead>
            <tbody>
            {string.Concat(run.Ejections.Select(ejection => string.Create(CultureInfo.InvariantCulture, $"<tr><th>{WebUtility.HtmlEncode(ejection.Endpoint)}</th><td>{ejection.At.TotalSeconds:0.0} s</td><td>{ejection.K}</td><td>{ejection.Time.TotalSeconds:0.00} s</td><td>{WebUtility.HtmlEncode(ejection.Reason)}</td></tr>\n")))}</tbody>
            </table></div>
            """;

    public static string Method(HtmlReportData data)
    {
        var ejection = data.Settings.Ejection;
        return string.Create(CultureInfo.InvariantCulture, $"""
            <h2>How this was measured</h2>
            <ul class="notes">
            <li>Both servers are simulated, with the package LlmResilience.Testing, and everything runs in one process on one machine, over HTTP on loopback.
            The self-hosted one computes {SimulatedServers.SlotCount} answers at a time (about 40 tokens each) and goes down when more than {SimulatedServers.MaxQueueLength} requests wait.
            A real server behaves alike; its numbers are its own.</li>
            <li>Time is shortened: the server is back after {SimulatedServers.RestartDelay.TotalSeconds:0} s, where a real one loads its weights for minutes.
            The hosted model's first token takes 80 ms more than its computing, and it never queues.</li>
            <li>Users arrive at random (Poisson, seed {data.Seed}), whether or not others have been answered:
            {string.Join(", ", LoadProfile.Phases.Select(phase => string.Create(CultureInfo.InvariantCulture, $"{phase.RequestsPerSecond:0}/s for {phase.End - phase.Start:0.#} s ({phase.Name})")))}. Both runs have the same schedule. Each began after a few requests of warm-up, which are not counted.</li>
            <li>Unprotected: the OpenAI SDK without retries, which would only add to the load. In both runs users give up after {User.Patience.TotalSeconds:0} s.
            An answer that breaks off in the middle counts as failed.</li>
            <li>Protected: the first token is due after {data.Settings.Timeouts.FirstToken.TotalMilliseconds:0} ms; ejection at a failure rate of {ejection.FailureRatio:0 %} over {ejection.Window.TotalSeconds:0.#} s
            (at least {ejection.MinimumThroughput} requests) for k × {ejection.BaseEjectionTime.TotalSeconds:0.0} s and up to {ejection.JitterRatio:0 %} of the base as jitter; ramp {ejection.RampUpDuration.TotalSeconds:0.0} s;
            k falls by one per {ejection.MultiplierDecayInterval.TotalSeconds:0} s in rotation. In production the base is 10 s, the ramp 30 s, by default.</li>
            <li>The quantiles of first tokens hold only the requests that got one. Unprotected those are the lucky ones: compare the number in the table.</li>
            </ul>
            """);
    }
}
