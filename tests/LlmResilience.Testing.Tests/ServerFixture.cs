using System.Net;
using System.Text;

namespace LlmResilience.Testing.Tests;

/// <summary>One server and one client, with what most tests do to them. The time limit is for tests that hang, no more.</summary>
public abstract class ServerFixture : IAsyncDisposable
{
    private readonly CancellationTokenSource _limit = new(TimeSpan.FromSeconds(60));

    protected const string Prompt = """{"role":"user","content":"Say something nice."}""";

    protected HttpClient Client { get; } = new(new SocketsHttpHandler { UseProxy = false, MaxResponseDrainSize = 0 }) { Timeout = Timeout.InfiniteTimeSpan };

    protected SimulatedOpenAIServer Server { get; private set; } = null!;

    protected CancellationToken Limit => _limit.Token;

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (Server is not null)
        {
            await Server.DisposeAsync();
        }

        _limit.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Starts a server that answers at once with as many tokens as asked for.</summary>
    protected async Task StartAsync(Action<SimulatedOpenAIServerOptions>? configure = null)
    {
        var options = new SimulatedOpenAIServerOptions
        {
            TokensPerAnswer = 5,
            TokensPerAnswerJitterRatio = 0,
            Gpu = { DecodeTokensPerSecond = 2_000, DecodeTokensPerSecondWhenFull = 2_000, PrefillTokensPerSecond = 1_000_000 },
        };
        configure?.Invoke(options);
        Server = await SimulatedOpenAIServer.StartAsync(options, Limit);
    }

    protected Uri Url(string path) => new($"{Server.BaseAddress}{path}");

    protected async Task<HttpResponseMessage> PostAsync(string body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Url("/chat/completions"))
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
        };
        return await Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Limit);
    }

    protected Task<HttpResponseMessage> AskAsync(bool stream = true, string more = "") =>
        PostAsync($$"""{"model":"any","messages":[{{Prompt}}],"stream":{{(stream ? "true" : "false")}}{{more}}}""");

    protected async Task<string> ReadAsync(HttpResponseMessage response)
    {
        using (response)
        {
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            return await response.Content.ReadAsStringAsync(Limit);
        }
    }

    /// <summary>Reads up to the end or to an exception, which is handed out beside what came before it.</summary>
    protected async Task<(string Text, Exception? Error)> ReadToFailureAsync(HttpResponseMessage response)
    {
        using (response)
        {
            var body = await response.Content.ReadAsStreamAsync(Limit);
            var buffer = new byte[64 * 1024];
            var text = new StringBuilder();
            try
            {
                int read;
                while ((read = await body.ReadAsync(buffer, Limit)) > 0)
                {
                    text.Append(Encoding.UTF8.GetString(buffer, 0, read));
                }

                return (text.ToString(), null);
            }
            catch (IOException e)
            {
                return (text.ToString(), e);
            }
        }
    }

    protected async Task AssertRefusedAsync()
    {
        var e = await Assert.ThrowsAsync<HttpRequestException>(() => Client.GetAsync(Url("/models"), Limit));
        Assert.Equal(HttpRequestError.ConnectionError, e.HttpRequestError);
    }

    protected Task UntilAsync(Predicate<SimulatedServerStatistics> condition) => Server.WaitForAsync(condition, Limit);

    protected static int CountTokens(string events) => events.Split("\"delta\":{\"content\":\"").Length - 1;
}
