using System.Text.Json;
using LlmResilience.Requests;
using Microsoft.Extensions.AI;

namespace LlmResilience.Tests.Requests;

/// <summary>What an app says of a request in its options, and who gets to see it.</summary>
public sealed class ChatOptionsTests
{
    private static readonly Dictionary<string, Func<ChatOptions, object?>> Wrong = new(StringComparer.Ordinal)
    {
        ["consumer"] = options => options.SetConsumer(" "),
        ["affinityKey"] = options => options.SetAffinityKey(""),
        ["region"] = options => options.SetRegion("\t"),
        ["endpointName"] = options => options.SetEndpoint(""),
        ["names"] = options => options.SetAllowedEndpoints("a", " "),
        ["timeout"] = options => options.SetRequestTimeout(TimeSpan.Zero),
        ["importance"] = options => options.SetImportance((RequestImportance)7),
    };

    public static TheoryData<string> WrongValues => [.. Wrong.Keys];

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task No_provider_sees_it_and_the_apps_options_stay_as_they_are(bool streaming)
    {
        var client = new FakeChatClient(Script.Answer("well"));
        using var chain = new TestChain().Endpoint("a", client);
        var options = Everything();
        var before = options.AdditionalProperties!.ToArray();
        await chain.Client.AskAsync(streaming, options: options);
        options.AdditionalProperties!["theirs"] = 1;
        await chain.Client.AskAsync(streaming, options: options);

        Assert.Null(client.Received[0].Options!.AdditionalProperties);
        Assert.Equal("theirs", Assert.Single(client.Received[1].Options!.AdditionalProperties!).Key);
        Assert.Equal([.. before, new("theirs", 1)], options.AdditionalProperties);
    }

    [Fact]
    public void Null_takes_each_back()
    {
        var options = Everything()
            .SetConsumer(null).SetAffinityKey(null).SetRegion(null).SetEndpoint(null).SetRequestTimeout(null)
            .SetAllowedEndpoints((string[]?)null).SetImportance(RequestImportance.Normal);

        Assert.Empty(options.AdditionalProperties!);
        Assert.Null(new ChatOptions().SetConsumer(null).SetAllowedEndpoints().AdditionalProperties);
    }

    [Theory]
    [MemberData(nameof(WrongValues))]
    public void A_wrong_value_is_refused_by_its_name(string parameter)
    {
        Assert.Equal(parameter, Assert.ThrowsAny<ArgumentException>(() => Wrong[parameter](new ChatOptions())).ParamName);
        Assert.Equal("options", Assert.Throws<ArgumentNullException>(() => Wrong[parameter](null!)).ParamName);
    }

    [Theory]
    [InlineData(-2)]
    [InlineData(86_400_001)]
    public void A_timeout_is_at_most_a_day_and_not_negative(int milliseconds)
        => Assert.Throws<ArgumentOutOfRangeException>("timeout", () => new ChatOptions().SetRequestTimeout(TimeSpan.FromMilliseconds(milliseconds)));

    [Fact]
    public void What_is_set_is_read_also_after_a_copy_and_a_way_through_json()
    {
        var options = Everything();
        var json = JsonSerializer.Serialize(options, AIJsonUtilities.DefaultOptions);
        var back = JsonSerializer.Deserialize<ChatOptions>(json, AIJsonUtilities.DefaultOptions);

        Assert.All([options, options.Clone(), back], read =>
        {
            var profile = RequestProfile.Of(read);
            Assert.Equal(
                ("acme", "chat-1", "eu", "a", TimeSpan.FromSeconds(7), RequestImportance.Critical),
                (profile.Consumer, profile.AffinityKey, profile.Region, profile.Endpoint, profile.RequestTimeout, profile.Importance));
            Assert.Equal(["a", "b"], profile.AllowedEndpoints!);
        });
    }

    [Fact]
    public void The_allowed_endpoints_are_a_copy()
    {
        string[] names = ["a", "b"];
        var options = new ChatOptions().SetAllowedEndpoints(names);
        names[0] = "c";

        Assert.Equal(["a", "b"], RequestProfile.Of(options).AllowedEndpoints!);
    }

    [Theory]
    [InlineData("llm_resilience.allowed_endpoints", true)]
    [InlineData("llm_resilience.allowed_endpoints", false)]
    [InlineData("LLM_RESILIENCE.Consumer", true)]
    [InlineData("llm_resilience.request_timeout", true)]
    [InlineData("llm_resilience.request_timeout", false)]
    [InlineData("llm_resilience.importance", false)]
    public async Task A_value_that_nobody_can_read_ends_the_request_and_is_sent_to_nobody(string key, bool streaming)
    {
        var client = new FakeChatClient(Script.Answer("never"));
        using var chain = new TestChain().Endpoint("a", client);

        var exception = await Assert.ThrowsAsync<ArgumentException>(
            () => chain.Client.AskAsync(streaming, options: new ChatOptions { AdditionalProperties = new() { [key] = 17 } }));

        Assert.Contains(key, exception.Message, StringComparison.Ordinal);
        Assert.Equal(0, client.Calls);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_requests_own_timeout_takes_the_place_of_the_chains(bool streaming)
    {
        using var chain = new TestChain().Endpoint("a", Script.Hang()).With(options => options.RequestTimeout = TimeSpan.FromSeconds(3));

        var asking = chain.Client.AskAsync(streaming, options: new ChatOptions().SetRequestTimeout(TimeSpan.FromSeconds(10)));
        chain.Clock.Advance(TimeSpan.FromSeconds(9));
        Assert.False(asking.IsCompleted);
        chain.Clock.Advance(TimeSpan.FromSeconds(1));

        var failed = await Assert.ThrowsAsync<RequestTimeoutException>(() => asking);
        Assert.Equal(TimeSpan.FromSeconds(10), failed.Timeout);
        Assert.Equal(TimeSpan.FromSeconds(10), Assert.IsType<RequestTimeoutException>(Assert.Single(failed.Attempts).Exception).Timeout);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_requests_own_timeout_may_be_none(bool streaming)
    {
        var gate = new TaskCompletionSource();
        using var chain = new TestChain().Endpoint("a", new Script().Then((_, _) => gate.Task).Text("late").Finish())
            .With(options => options.RequestTimeout = TimeSpan.FromSeconds(3));

        var asking = chain.Client.AskAsync(streaming, options: new ChatOptions().SetRequestTimeout(Timeout.InfiniteTimeSpan));
        chain.Clock.Advance(TimeSpan.FromSeconds(20));
        gate.SetResult();

        Assert.Equal("late", (await asking).Text);
    }

    private static ChatOptions Everything()
        => new ChatOptions()
            .SetConsumer("acme").SetAffinityKey("chat-1").SetRegion("eu").SetEndpoint("a").SetAllowedEndpoints("a", "b")
            .SetRequestTimeout(TimeSpan.FromSeconds(7)).SetImportance(RequestImportance.Critical);
}
