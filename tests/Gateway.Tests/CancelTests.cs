using System.Net;
using System.Net.Sockets;
using System.Text;
using Gateway.Tests.Hosting;
using static Gateway.Tests.Hosting.ScriptedProvider;

namespace Gateway.Tests;

/// <summary>A client that goes away takes its request to the provider with it.</summary>
public sealed class CancelTests
{
    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task The_providers_request_ends_with_the_clients_connection(bool stream, bool afterFirstToken)
    {
        var asked = new TaskCompletionSource();
        var closed = new TaskCompletionSource();
        await using var provider = new ScriptedProvider(async (_, socket) =>
        {
            if (afterFirstToken)
            {
                await SendEventsAsync(socket, Chunk("""{"content":"one"}"""));
            }

            asked.SetResult();
            await WaitForCloseAsync(socket);
            closed.SetResult();
        });
        await using var gateway = await RunningGateway.ForProviderAsync(provider.Address);
        var body = $$"""{"model":"m","stream":{{(stream ? "true" : "false")}},"messages":[{"role":"user","content":"Hi"}]}""";

        using (var client = new TcpClient())
        {
            await client.ConnectAsync(IPAddress.Loopback, gateway.Address.Port);
            var socket = client.GetStream();
            await SendAsync(socket, $"POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}");
            await asked.Task.WaitAsync(TimeSpan.FromSeconds(10));
            if (afterFirstToken)
            {
                Assert.NotEqual(0, await socket.ReadAsync(new byte[4096]));
            }
        }

        await closed.Task.WaitAsync(TimeSpan.FromSeconds(10));
        var endpoint = await gateway.GetEndpointAsync("m");
        for (var i = 0; i < 100 && (int)endpoint["activeAttempts"]! > 0; i++)
        {
            await Task.Delay(20);
            endpoint = await gateway.GetEndpointAsync("m");
        }

        Assert.Equal((0, 0, "Healthy"), ((int)endpoint["activeAttempts"]!, (int)endpoint["failureRatio"]!, (string?)endpoint["state"]));
    }

    [Fact]
    public async Task OpenAIs_client_may_stop_in_the_middle()
    {
        var closed = new TaskCompletionSource();
        await using var provider = new ScriptedProvider(async (_, socket) =>
        {
            await SendEventsAsync(socket, Chunk("""{"content":"one"}"""));
            await WaitForCloseAsync(socket);
            closed.SetResult();
        });
        await using var gateway = await RunningGateway.ForProviderAsync(provider.Address);

        using (var stop = new CancellationTokenSource())
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
            {
                await foreach (var _ in gateway.CreateSdkClient().CompleteChatStreamingAsync(["Hi"], cancellationToken: stop.Token))
                {
                    await stop.CancelAsync();
                }
            });
        }

        await closed.Task.WaitAsync(TimeSpan.FromSeconds(10));
    }
}
