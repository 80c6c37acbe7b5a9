using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Gateway.Tests.Hosting;
using static Gateway.Tests.Hosting.ScriptedProvider;

namespace Gateway.Tests;

/// <summary>The service as a process of its own is told to stop while answers are under way.</summary>
public sealed class ShutdownTests
{
    private static readonly TimeSpan Latest = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task At_the_end_of_the_grace_period_a_stream_ends_with_an_error_event_and_a_response_with_an_error()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There is no SIGTERM.");
        var asked = new SemaphoreSlim(0);
        await using var provider = new ScriptedProvider(async (request, stream) =>
        {
            if ((bool?)request["stream"] == true)
            {
                await SendEventsAsync(stream, Chunk("""{"content":"one"}"""));
            }

            asked.Release();
            await WaitForCloseAsync(stream);
        });
        using var process = Start(provider.Address);
        using var http = new HttpClient { BaseAddress = await ReadAddressAsync(process), Timeout = Latest };
        using var stream = await PostAsync(http, stream: true);
        var whole = PostAsync(http, stream: false);
        await asked.WaitAsync(Latest);
        await asked.WaitAsync(Latest);

        using (var kill = Process.Start("kill", ["-TERM", $"{process.Id}"]))
        {
            await kill.WaitForExitAsync();
        }

        var events = await ServerEvents.ReadAsync(stream).WaitAsync(Latest);
        Assert.Equal(("one", "error", false), (events.Content, events.FinishReason, events.IsDone));
        Assert.Equal("gateway_stopping", (string?)events.Error!["code"]);
        using var response = await whole;
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal("gateway_stopping", (string?)JsonNode.Parse(await response.Content.ReadAsStringAsync())!["error"]!["code"]);
        await process.WaitForExitAsync().WaitAsync(Latest);
        Assert.Equal(0, process.ExitCode);
    }

    private static Process Start(Uri provider)
        => Process.Start(new ProcessStartInfo(
            Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet",
            [
                Path.Combine(AppContext.BaseDirectory, "Gateway.dll"), "--urls", "http://127.0.0.1:0", "--provider", provider.OriginalString,
                "--Gateway:ShutdownGrace=00:00:00.5",
            ])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
        })!;

    private static async Task<Uri> ReadAddressAsync(Process process)
    {
        const string Before = "Now listening on: ";
        using var latest = new CancellationTokenSource(Latest);
        while (await process.StandardOutput.ReadLineAsync(latest.Token) is { } line)
        {
            if (line.Contains(Before, StringComparison.Ordinal))
            {
                return new Uri(line[(line.IndexOf(Before, StringComparison.Ordinal) + Before.Length)..].Trim());
            }
        }

        throw new InvalidOperationException("The service has ended before it listened.");
    }

    private static Task<HttpResponseMessage> PostAsync(HttpClient http, bool stream)
        => http.SendAsync(
            new HttpRequestMessage(HttpMethod.Post, "v1/chat/completions")
            {
                Content = new StringContent(
                    $$"""{"model":"m","stream":{{(stream ? "true" : "false")}},"messages":[{"role":"user","content":"Hi"}]}""", Encoding.UTF8, "application/json"),
            },
            HttpCompletionOption.ResponseHeadersRead);
}
