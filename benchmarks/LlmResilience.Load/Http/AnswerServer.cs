using System.Text;
using LlmResilience.Requests;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace LlmResilience.Load.Http;

/// <summary>A server of OpenAI's protocol that has its answer ready: what is measured is the way there and back.</summary>
internal static class AnswerServer
{
    public const string Verb = "serve";

    private const int Tokens = 20;

    private static readonly byte[] Whole = Encoding.UTF8.GetBytes(
        """{"id":"c","object":"chat.completion","created":1700000000,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"one two three four five six seven eight nine ten"},"finish_reason":"stop"}],"usage":{"prompt_tokens":9,"completion_tokens":20,"total_tokens":29}}""");

    private static readonly byte[][] Events =
    [
        Event("""{"role":"assistant","content":""}""", "null"),
        .. Enumerable.Range(0, Tokens).Select(_ => Event("""{"content":"token "}""", "null")),
        Event("{}", "\"stop\""),
        Encoding.UTF8.GetBytes("data: [DONE]\n\n"),
    ];

    /// <summary>Serves until its standard input ends, that is until its parent is gone. Prints its address.</summary>
    public static async Task<int> RunAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        await using var app = builder.Build();
        app.Run(AnswerAsync);
        await app.StartAsync();
        Console.WriteLine(app.Urls.First());
        await Console.In.ReadToEndAsync();
        await app.StopAsync();
        return 0;
    }

    private static async Task AnswerAsync(HttpContext context)
    {
        var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        if (body.GetBuffer().AsSpan(0, (int)body.Length).IndexOf("\"stream\":true"u8) < 0)
        {
            context.Response.ContentType = "application/json";
            context.Response.ContentLength = Whole.Length;
            await context.Response.Body.WriteAsync(Whole);
            return;
        }

        context.Response.ContentType = "text/event-stream";
        foreach (var one in Events)
        {
            await context.Response.Body.WriteAsync(one);
            await context.Response.Body.FlushAsync();
        }
    }

    private static byte[] Event(string delta, string finishReason)
        => Encoding.UTF8.GetBytes($$"""data: {"id":"c","object":"chat.completion.chunk","created":1700000000,"model":"m","choices":[{"index":0,"delta":{{delta}},"finish_reason":{{finishReason}}}]}""" + "\n\n");
}
