using System.Net.Sockets;

namespace LlmResilience.Tests;

/// <summary>The connections of a provider package; compiled into the tests of each, as the code is into each package.</summary>
public class ConnectionTests
{
    private static CancellationToken Limit => TestContext.Current.CancellationToken;

    [Fact]
    public void No_client_has_a_timeout_of_its_own()
    {
        Assert.Equal(Timeout.InfiniteTimeSpan, ProviderHttp.GetClient(services: null).Timeout);
        Assert.Same(ProviderHttp.GetClient(services: null), ProviderHttp.GetClient(services: null));
    }

    [Fact]
    public void The_handler()
    {
        using var handler = ProviderHttp.CreateHandler();
        Assert.Equal(TimeSpan.FromSeconds(5), handler.ConnectTimeout);
        Assert.Equal(int.MaxValue, handler.MaxConnectionsPerServer);
    }

    [Fact]
    public async Task A_name_is_reached_at_whichever_address_answers_and_the_kernel_keeps_an_eye_on_the_connection()
    {
        await using var server = new OneWordServer(bodyLength: 2);
        using var handler = ProviderHttp.CreateHandler();
        (bool NoDelay, bool KeepAlive) seen = default;
        handler.PlaintextStreamFilter = (context, _) =>
        {
            var socket = Assert.IsType<NetworkStream>(context.PlaintextStream).Socket;
            seen = (socket.NoDelay, (int)socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive)! != 0);
            return new(context.PlaintextStream);
        };
        using var client = new HttpClient(handler);

        // Where IPv6 is on, the name stands for ::1 too, at which nobody listens.
        Assert.Equal("xx", await client.GetStringAsync(new Uri($"http://localhost:{server.Port}/"), Limit));

        Assert.Equal((NoDelay: true, KeepAlive: true), seen);
    }

    [Fact]
    public async Task A_body_that_is_let_go_of_is_cut_and_not_read_to_its_end()
    {
        await using var server = new OneWordServer(bodyLength: 500_000);
        using var client = new HttpClient(ProviderHttp.CreateHandler());
        for (var i = 0; i < 2; i++)
        {
            using var response = await client.GetAsync(new Uri($"http://127.0.0.1:{server.Port}/"), HttpCompletionOption.ResponseHeadersRead, Limit);
            await using var body = await response.Content.ReadAsStreamAsync(Limit);
            Assert.Equal(1, await body.ReadAsync(new byte[1], Limit));
        }

        // A connection whose body had been read to its end would have served the second request as well.
        Assert.Equal(2, server.Connections);
    }
}
