using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace LlmResilience.Testing.Tests.InMemory;

/// <summary>Every fault in memory: the exception that a client over HTTP would throw, or a silence that lasts until cancelled.</summary>
public sealed class FaultyChatClientTests : IDisposable
{
    private const string Answer = "one two three four five";

    private readonly ManualTimeProvider _time = new();
    private readonly FaultyChatClient _client;

    public FaultyChatClientTests() => _client = new FaultyChatClient(Answer, _time);

    public void Dispose() => _client.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Without_a_fault_the_answer_is_whole(bool streaming)
    {
        var (text, finish, exception) = await AskAsync(streaming);

        Assert.Equal((Answer, ChatFinishReason.Stop, null), (text, finish, exception));
        Assert.Equal(1, _client.CallCount);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Errors_before_the_answer_are_those_of_an_http_client(bool streaming)
    {
        _client.Faults.Next(1, SimulatedFault.Status(503));
        _client.Faults.Next(1, SimulatedFault.CustomResponse(418, "tea"));
        _client.Faults.Next(1, SimulatedFault.ConnectionRefused());
        _client.Faults.Next(1, SimulatedFault.ResetBeforeHeaders());

        Assert.Equal(HttpStatusCode.ServiceUnavailable, Assert.IsType<HttpRequestException>((await AskAsync(streaming)).Exception).StatusCode);
        Assert.Equal((HttpStatusCode)418, Assert.IsType<HttpRequestException>((await AskAsync(streaming)).Exception).StatusCode);
        var refused = Assert.IsType<HttpRequestException>((await AskAsync(streaming)).Exception);
        Assert.Equal(HttpRequestError.ConnectionError, refused.HttpRequestError);
        Assert.Equal(SocketError.ConnectionRefused, Assert.IsType<SocketException>(refused.InnerException).SocketErrorCode);
        var reset = Assert.IsType<HttpRequestException>((await AskAsync(streaming)).Exception);
        Assert.Equal(SocketError.ConnectionReset, Assert.IsType<SocketException>(reset.InnerException!.InnerException).SocketErrorCode);
        Assert.Equal(Answer, (await AskAsync(streaming)).Text);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Breaks_come_after_so_many_tokens(bool streaming)
    {
        _client.Faults.Next(1, SimulatedFault.CutAfter(2));
        _client.Faults.Next(1, SimulatedFault.ResetAfter(2));
        _client.Faults.Next(1, SimulatedFault.MalformedEventAfter(2));
        _client.Faults.Next(1, SimulatedFault.HalfToolCall());
        _client.Faults.Next(1, SimulatedFault.CutAfter(100));

        var seen = streaming ? "one two" : "";
        await AssertBreakAsync<HttpIOException>(seen);
        await AssertBreakAsync<IOException>(seen);
        await AssertBreakAsync<JsonException>(seen);
        await AssertBreakAsync<HttpIOException>("");
        await AssertBreakAsync<HttpIOException>(streaming ? Answer : "");

        async Task AssertBreakAsync<T>(string expected)
            where T : Exception
        {
            var (text, finish, exception) = await AskAsync(streaming);
            Assert.IsType<T>(exception);
            Assert.Equal((expected, null), (text, finish));
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Early_ends_look_like_any_other_but_for_the_finish_reason(bool streaming)
    {
        _client.Faults.Next(1, SimulatedFault.EndWithoutFinishReasonAfter(2));
        _client.Faults.Next(1, SimulatedFault.EndWithoutFinishReasonAfter(0));
        _client.Faults.Next(1, SimulatedFault.EmptyStream());
        _client.Faults.Next(1, SimulatedFault.CustomResponse(200, ""));

        Assert.Equal(("one two", null, null), await AskAsync(streaming));
        Assert.Equal(("", null, null), await AskAsync(streaming));
        Assert.Equal(("", null, null), await AskAsync(streaming));
        Assert.Equal(("", null, null), await AskAsync(streaming));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_error_event_is_error_content(bool streaming)
    {
        _client.Faults.Always(SimulatedFault.ErrorEventAfter(2, "overloaded", "Too much."));

        var response = streaming ? await _client.GetStreamingResponseAsync("hi").ToChatResponseAsync() : await _client.GetResponseAsync("hi");

        var error = response.Messages.SelectMany(message => message.Contents).OfType<ErrorContent>().Single();
        Assert.Equal(("overloaded", "Too much."), (error.ErrorCode, error.Message));
        Assert.Equal((streaming ? "one two" : "", null), (response.Text, response.FinishReason));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Silences_last_until_cancelled(bool streaming)
    {
        SimulatedFault[] silences =
        [
            SimulatedFault.Silence(), SimulatedFault.SilenceAfterHeaders(), SimulatedFault.SilenceAfterKeepAlive(0, TimeSpan.Zero),
            SimulatedFault.StallAfter(0), SimulatedFault.StallAfter(2), SimulatedFault.SlowFirstToken(TimeSpan.FromDays(1)),
        ];
        foreach (var silence in silences)
        {
            _client.Faults.Next(1, silence);
            using var cancellation = new CancellationTokenSource();
            var answer = AskAsync(streaming, cancellation.Token);
            await Task.Delay(20);
            Assert.False(answer.IsCompleted);

            await cancellation.CancelAsync();
            Assert.IsType<OperationCanceledException>((await answer).Exception, exactMatch: false);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Slow_tokens_go_by_the_clock(bool streaming)
    {
        _client.Faults.Always(SimulatedFault.SlowFirstToken(TimeSpan.FromSeconds(30)));

        var answer = AskAsync(streaming);
        while (_time.ActiveTimers == 0)
        {
            await Task.Yield();
        }

        _time.Advance(TimeSpan.FromSeconds(29.9));
        Assert.False(answer.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(0.1));
        Assert.Equal((Answer, ChatFinishReason.Stop, null), await answer);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Unusual_shapes_hold_the_same_answer(bool streaming)
    {
        _client.Faults.Next(1, SimulatedFault.OneByteAtATime());
        _client.Faults.Next(1, SimulatedFault.HugeEvent());
        _client.Faults.Next(1, SimulatedFault.WithoutDoneEvent());

        for (var i = 0; i < 3; i++)
        {
            Assert.Equal((Answer, ChatFinishReason.Stop, null), await AskAsync(streaming));
        }
    }

    [Fact]
    public async Task A_client_within_is_spoilt_the_same_way_though_it_ends_with_its_last_token()
    {
        using var inner = new OneUpdateChatClient();
        using var client = new FaultyChatClient(inner, _time);
        client.Faults.Next(1, SimulatedFault.EndWithoutFinishReasonAfter(1));
        client.Faults.Next(1, SimulatedFault.CutAfter(1));

        var ended = await client.GetStreamingResponseAsync("hi").ToChatResponseAsync();
        Assert.Equal(("whole", null), (ended.Text, ended.FinishReason));
        await Assert.ThrowsAsync<HttpIOException>(() => client.GetStreamingResponseAsync("hi").ToChatResponseAsync());
        Assert.Equal(ChatFinishReason.Stop, (await client.GetStreamingResponseAsync("hi").ToChatResponseAsync()).FinishReason);
        Assert.Same(inner, client.GetService<OneUpdateChatClient>());
    }

    private async Task<(string Text, ChatFinishReason? Finish, Exception? Exception)> AskAsync(bool streaming, CancellationToken cancellationToken = default)
    {
        List<ChatResponseUpdate> updates = [];
        Exception? exception = null;
        try
        {
            if (streaming)
            {
                await foreach (var update in _client.GetStreamingResponseAsync("hi", cancellationToken: cancellationToken))
                {
                    updates.Add(update);
                }
            }
            else
            {
                updates.AddRange((await _client.GetResponseAsync("hi", cancellationToken: cancellationToken)).ToChatResponseUpdates());
            }
        }
        catch (Exception thrown)
        {
            exception = thrown;
        }

        return (string.Concat(updates.Select(update => update.Text)), updates.Find(update => update.FinishReason is not null)?.FinishReason, exception);
    }

    private sealed class OneUpdateChatClient : IChatClient
    {
        public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
            => throw new NotSupportedException();

        public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
            IEnumerable<ChatMessage> messages, ChatOptions? options = null, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            await Task.Yield();
            yield return new ChatResponseUpdate(ChatRole.Assistant, "whole") { FinishReason = ChatFinishReason.Stop };
        }

        public object? GetService(Type serviceType, object? serviceKey = null) => serviceType.IsInstanceOfType(this) ? this : null;

        public void Dispose()
        {
        }
    }
}
