using System.Text.Json;
using LlmResilience.Load;
using LlmResilience.Load.Http;
using LlmResilience.Load.Idle;

if (args is [AnswerServer.Verb])
{
    return await AnswerServer.RunAsync();
}

if (LoadOptions.Parse(args) is not { } options)
{
    Console.Error.WriteLine(LoadOptions.Usage);
    return 2;
}

List<HttpResult> http = [];
await using (var server = await ServerProcess.StartAsync())
{
    using var comparison = new HttpComparison(server.Address);
    foreach (var concurrency in new[] { 1, 32, 256 })
    {
        foreach (var streaming in new[] { false, true })
        {
            http.Add(await comparison.MeasureAsync(concurrency, streaming, options.TimePerCell));

            // At 256 the machine is full, and what is measured is the queue in front of it.
            LoadReport.Print(http[^1], verdict: !options.Dry && concurrency <= 32);
        }
    }
}

List<IdleResult> idle = [];
foreach (var forFirstToken in new[] { false, true })
{
    idle.Add(await IdleStreams.MeasureAsync(options.IdleStreams, forFirstToken));
    LoadReport.Print(idle[^1], verdict: !options.Dry);
}

if (options.Json is { } file)
{
    await using var json = File.Create(file);
    await JsonSerializer.SerializeAsync(json, new { http, idle }, JsonSerializerOptions.Web);
}

return options.Dry || (http.TrueForAll(result => result.Concurrency > 32 || result.ToSdk.IsWithinBudget) && idle.TrueForAll(result => result.IsMet)) ? 0 : 1;
