using System.Net;
using Overload;
using Overload.Stage.CommandLine;
using Overload.Stage.Display;
using Overload.Stage.Load;
using Overload.Stage.Report;
using Overload.Stage.Runs;
using Overload.Stage.Servers;

if (!SampleOptionsParser.TryParse(args, out var options, out var error))
{
    await Console.Error.WriteLineAsync($"{error}\n\n{SampleOptionsParser.Usage}");
    return ExitCodes.WrongOption;
}

if (options.Help)
{
    Console.WriteLine(SampleOptionsParser.Usage);
    return ExitCodes.Held;
}

using var interrupt = Interrupt.OnCtrlC();
var console = Terminal.Create(options.Plain);
IRunDisplay display = options.Plain ? new PlainDisplay(Console.Out) : new TerminalDisplay(console);

// All the traffic stays on this machine, where a proxy of the environment would only be in the way.
HttpClient.DefaultProxy = new WebProxy();

try
{
    // The same users, twice: first the app calls its model server directly, then through LlmResilience.
    var schedule = ArrivalSchedule.Create(options.Seed);
    var unprotectedRun = await RunAsync(servers => new UnprotectedApp(servers.SelfHosted.BaseAddress), schedule);
    var protectedRun = await RunAsync(servers => new ProtectedApp(servers.SelfHosted.BaseAddress, servers.Hosted.BaseAddress), schedule);

    var verdict = Verdict.Of(unprotectedRun, protectedRun);
    Summary.Write(console, unprotectedRun, protectedRun, verdict);
    await HtmlReport.WriteAsync(HtmlReport.FileName, new HtmlReportData(options.Seed, unprotectedRun, protectedRun, verdict));
    await JsonReport.WriteAsync(options.JsonFile, unprotectedRun, protectedRun);
    return verdict.Holds ? ExitCodes.Held : ExitCodes.DidNotHold;
}
catch (OperationCanceledException) when (interrupt.IsCancellationRequested)
{
    return ExitCodes.Interrupted;
}

async Task<RunResult> RunAsync(Func<SimulatedServers, IApp> createApp, IReadOnlyList<Arrival> schedule)
{
    await using var servers = await SimulatedServers.StartAsync(options.Seed, interrupt.Token);
    await using var app = createApp(servers);
    return await OverloadRun.ExecuteAsync(app, servers, schedule, display, interrupt.Token);
}
