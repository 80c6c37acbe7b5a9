using System.Globalization;
using LlmResilience;
using Overload.Stage.Load;
using Overload.Stage.Recording;
using Overload.Stage.Servers;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Overload.Stage.Display;

/// <summary>One picture of a run.</summary>
internal static class TerminalView
{
    private const int TrafficTop = 30;
    private const int BarWidth = 40;

    public static IRenderable Of(RunRecorder run)
    {
        var last = new LastSecond(run);
        return new Panel(new Rows(Progress(last), Traffic(last), Endpoints(last), Server(last), Users(last)))
            .Header($"[bold] {run.Name} [/]").RoundedBorder().Expand().BorderColor(last.Sample?.Server.IsDown == true ? Color.Red : Color.Grey);
    }

    private static Markup Progress(LastSecond last)
    {
        var done = (int)(Math.Min(1, last.Second / LoadProfile.Duration) * BarWidth);
        var phase = last.Phase == LoadProfile.Surge ? $"[yellow]{last.Phase.Name}[/]" : last.Phase.Name;
        return new Markup(Format($"[blue]{new string('━', done)}[/][grey]{new string('━', BarWidth - done)}[/] {last.Second,4:0.0} s  {phase}, {last.Phase.RequestsPerSecond:0} requests/s arrive\n"));
    }

    private static Grid Traffic(LastSecond last)
    {
        var seconds = Enumerable.Range(0, (int)last.Second).ToArray();
        var grid = new Grid().AddColumn().AddColumn().AddColumn(new GridColumn().RightAligned()).AddColumn();
        Row("blue", "answered by self-hosted", request => request is { IsAnswered: true, Endpoint: EndpointNames.SelfHosted }, last.AnsweredBy(EndpointNames.SelfHosted));
        Row("magenta", "answered by hosted", request => request is { IsAnswered: true, Endpoint: EndpointNames.Hosted }, last.AnsweredBy(EndpointNames.Hosted));
        Row("red", "failed", request => !request.IsAnswered, last.Failed);
        return grid;

        void Row(string colour, string label, Func<RequestRecord, bool> isOf, int now)
        {
            var perSecond = last.Recording.Requests.Where(isOf).ToLookup(request => (int)request.EndedAt.TotalSeconds);
            var spark = Spark.Draw(seconds.Select(second => (double)perSecond[second].Count()), TrafficTop).PadRight((int)LoadProfile.Duration + 2);
            grid.AddRow($"[{colour}]{label}[/]", $"[{colour}]{spark}[/]", Format($"[bold]{now}[/]"), "per second");
        }
    }

    private static Table Endpoints(LastSecond last)
    {
        var table = new Table().SimpleBorder()
            .AddColumn(new TableColumn("endpoint").Width(11)).AddColumn(new TableColumn("state").Width(17)).AddColumn(new TableColumn("k").Width(2))
            .AddColumn(new TableColumn("share").Width(5)).AddColumn(new TableColumn("token p50").Width(9)).AddColumn(new TableColumn("p99").Width(8));
        foreach (var endpoint in last.Sample?.Endpoints ?? [])
        {
            table.AddRow(
                endpoint.Name,
                State(endpoint),
                Format($"{endpoint.EjectionMultiplier}"),
                Format($"{endpoint.AdmittedRatio:0 %}"),
                Milliseconds(last.FirstToken(endpoint.Name, 0.5)),
                Milliseconds(last.FirstToken(endpoint.Name, 0.99)));
        }

        if (table.Rows.Count == 0)
        {
            table.AddRow(EndpointNames.SelfHosted, "[grey]nobody looks[/]", "", "", Milliseconds(last.FirstToken(endpoint: null, 0.5)), Milliseconds(last.FirstToken(endpoint: null, 0.99)));
        }

        return table;
    }

    private static Markup Server(LastSecond last) => new(last.Sample?.Server switch
    {
        null => "",
        { IsDown: true } => "[bold]server[/] [white on red] DOWN [/]\n",
        var server => "[bold]server[/] " + Gauge("blue", server.RunningCount, SimulatedServers.SlotCount, "running") + "\n       " + Gauge("yellow", server.QueuedCount, SimulatedServers.MaxQueueLength, "queued"),
    });

    private static string Gauge(string colour, int value, int top, string label)
        => Format($"[{colour}]{new string('■', value)}[/][grey]{new string('·', Math.Max(0, top - value))}[/] {value}/{top} {label}");

    private static Markup Users(LastSecond last)
    {
        var requests = last.Recording.Requests;
        var answered = requests.Count(request => request.IsAnswered);
        return new Markup(Format($"[bold]users[/]  {last.Recording.Sent} asked, [green]{answered} answered[/], [red]{requests.Count - answered} failed[/]; first token p50 {Milliseconds(last.FirstToken(endpoint: null, 0.5))}, p99 {Milliseconds(last.FirstToken(endpoint: null, 0.99))}"));
    }

    private static string State(EndpointSnapshot endpoint) => endpoint.State switch
    {
        EndpointState.Healthy => "[green]healthy[/]",
        EndpointState.Ejected => Format($"[red]ejected[/] for {endpoint.EjectionDuration?.TotalSeconds:0.0} s"),
        EndpointState.Probing => "[yellow]probing[/]",
        EndpointState.Ramping => "[aqua]ramping[/]",
        _ => Format($"[grey]{endpoint.State}[/]"),
    };

    private static string Milliseconds(double? value) => value is { } milliseconds ? Format($"{milliseconds:0} ms") : "–";

    private static string Format(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
