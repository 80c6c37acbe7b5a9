using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace LlmResilience.Tests.Configuration;

/// <summary>Each rule that a value must keep: broken, it stops the start-up with its path and the value.</summary>
public sealed class ValueValidationTests
{
    [Theory]
    [InlineData("MaxAttempts", "0", "is 0; it must be at least 1.")]
    [InlineData("MaxEjectedRatio", "1.5", "is 1.5; it must be from 0 to 1.")]
    [InlineData("MaxEjectedRatio", "NaN", "is NaN; it must be from 0 to 1.")]
    [InlineData("PanicThreshold", "-0.1", "is -0.1; it must be from 0 to 1.")]
    [InlineData("PanicThreshold", "NaN", "is NaN; it must be from 0 to 1.")]
    [InlineData("AllUnavailableBehavior", "99", "is 99; it must be one of OneAtATime")]
    [InlineData("RequestTimeout", "-00:00:05", "is -00:00:05; it must be above zero and at most 1.00:00:00")]
    [InlineData("RequestTimeout", "00:00:00", "is 00:00:00; it must be above zero")]
    public Task Chain_option(string key, string value, string told) => IsToldAsync(key, value, told);

    [Theory]
    [InlineData("Priority", "-1", "is -1; it must be at least 0.")]
    [InlineData("Weight", "0", "is 0; it must be from 1 to 1000.")]
    [InlineData("Weight", "1001", "is 1001; it must be from 1 to 1000.")]
    [InlineData("Region", " ", "is ' '; it must be a region's name, or absent.")]
    [InlineData("ModelId", " ", "is ' '; it must be a model's name, or absent.")]
    [InlineData("ContextWindow", "0", "is 0; it must be at least 1.")]
    [InlineData("RequireFinishReason", "7", "is 7; it must be one of Auto, Always, Never.")]
    [InlineData("Timeouts:FirstToken", "-00:00:05", "is -00:00:05; it must be above zero and at most 1.00:00:00, or -00:00:00.0010000 for none.")]
    [InlineData("Timeouts:FirstToken", "00:00:00", "is 00:00:00; it must be above zero")]
    [InlineData("Timeouts:FirstToken", "30", "is '30', a number where a time belongs: write hours, minutes and seconds, such as '00:00:30'.")]
    [InlineData("Timeouts:FirstToken", "1.00:00:01", "is 1.00:00:01; it must be above zero and at most 1.00:00:00")]
    [InlineData("Timeouts:FirstTokenAtLastEndpoint", "-00:00:05", "is -00:00:05; it must be above zero")]
    [InlineData("Timeouts:BetweenTokens", "-00:00:05", "is -00:00:05; it must be above zero")]
    [InlineData("Timeouts:Response", "-00:00:05", "is -00:00:05; it must be above zero")]
    [InlineData("Timeouts:FirstTokenPerInputToken", "-00:00:00.001", "is -00:00:00.0010000; it must be from 00:00:00 to 00:00:01.")]
    [InlineData("Timeouts:FirstTokenPerInputToken", "00:00:02", "is 00:00:02; it must be from 00:00:00 to 00:00:01.")]
    [InlineData("Retry:MaxRetryAttempts", "-1", "is -1; it must be at least 0.")]
    [InlineData("Retry:Delay", "-00:00:01", "is -00:00:01; it must be from 00:00:00 to 1.00:00:00.")]
    [InlineData("Retry:MaxDelay", "2.00:00:00", "is 2.00:00:00; it must be from 00:00:00 to 1.00:00:00.")]
    [InlineData("Retry:MaxDelay", "00:00:00.1", "is 00:00:00.1000000; it must be at least Delay, which is 00:00:00.5000000.")]
    [InlineData("Ejection:FailureRatio", "1.01", "is 1.01; it must be from 0 to 1.")]
    [InlineData("Ejection:FailureRatio", "NaN", "is NaN; it must be from 0 to 1.")]
    [InlineData("Ejection:Window", "00:00:00.01", "is 00:00:00.0100000; it must be from 00:00:00.1000000 to 1.00:00:00.")]
    [InlineData("Ejection:MinimumThroughput", "0", "is 0; it must be at least 1.")]
    [InlineData("Ejection:ConsecutiveFailureThreshold", "-1", "is -1; it must be at least 0.")]
    [InlineData("Ejection:BaseEjectionTime", "-00:00:10", "is -00:00:10; it must be above zero.")]
    [InlineData("Ejection:BaseEjectionTime", "00:00:00", "is 00:00:00; it must be above zero.")]
    [InlineData("Ejection:MaxEjectionTime", "00:00:05", "is 00:00:05; it must be at least BaseEjectionTime, which is 00:00:10.")]
    [InlineData("Ejection:JitterRatio", "2", "is 2; it must be from 0 to 1.")]
    [InlineData("Ejection:JitterRatio", "NaN", "is NaN; it must be from 0 to 1.")]
    [InlineData("Ejection:MultiplierDecayInterval", "00:00:00", "is 00:00:00; it must be above zero.")]
    [InlineData("Ejection:MaxConcurrentProbes", "0", "is 0; it must be at least 1.")]
    [InlineData("Ejection:RequiredProbeSuccesses", "-1", "is -1; it must be at least 0.")]
    [InlineData("Ejection:RampUpInitialRatio", "0", "is 0; it must be from 0.01 to 1.")]
    [InlineData("Ejection:RampUpInitialRatio", "NaN", "is NaN; it must be from 0.01 to 1.")]
    [InlineData("Ejection:RampUpDuration", "-00:00:01", "is -00:00:01; it must be from 00:00:00 to 1.00:00:00.")]
    [InlineData("Failures:RateLimited:CoolDown", "-00:00:01", "is -00:00:01; it must be at least zero.")]
    [InlineData("Failures:Rejected:CoolDown", "-00:00:01", "is -00:00:01; it must be at least zero.")]
    public async Task Endpoint_option_at_an_endpoint_and_among_the_defaults(string key, string value, string told)
    {
        await IsToldAsync($"Endpoints:0:{key}", value, told);
        await IsToldAsync($"EndpointDefaults:{key}", value, told);
    }

    [Theory]
    [InlineData("Timeouts:FirstToken", "-00:00:00.001")]
    [InlineData("Timeouts:FirstToken", "1.00:00:00")]
    [InlineData("Retry:MaxRetryAttempts", "0")]
    [InlineData("Ejection:FailureRatio", "0")]
    [InlineData("Ejection:FailureRatio", "1")]
    [InlineData("Ejection:MaxEjectionTime", "00:00:10")]
    [InlineData("Ejection:RampUpDuration", "00:00:00")]
    [InlineData("Ejection:RampUpInitialRatio", "1")]
    [InlineData("Failures:RateLimited:CoolDown", "00:00:00")]
    public void Value_at_the_edge_of_its_rule_is_right(string key, string value)
    {
        using var client = new LlmResilienceBuilder().Bind(Settings.With(($"Endpoints:0:{key}", value))).AddProvider(new TestProvider()).Build();

        Assert.NotNull(client);
    }

    /// <summary>To .NET "1" is a day.</summary>
    [Theory]
    [MemberData(nameof(Times))]
    public async Task A_bare_number_is_no_time(string path)
    {
        foreach (var number in (string[])["1", "30", " 5 ", "0", "-1", "0.2"])
        {
            await IsToldAsync(path, number, $"is '{number}', a number where a time belongs: write hours, minutes and seconds, such as '00:00:30'.");
        }
    }

    public static TheoryData<string> Times =>
    [
        .. OptionsWalk.Values(new LlmResilienceOptions()).Where(option => option.Type == typeof(TimeSpan)).Select(option => option.Path),
        .. OptionsWalk.Values(new EndpointOptions()).Where(option => option.Type == typeof(TimeSpan)).Select(option => $"Endpoints:0:{option.Path}"),
    ];

    [Fact]
    public async Task Rule_between_a_default_and_an_endpoints_own_value()
    {
        var failure = await StartUp.FailureAsync(Settings.With(("EndpointDefaults:Ejection:BaseEjectionTime", "00:01:00"), ("Endpoints:0:Ejection:MaxEjectionTime", "00:00:30")));

        Assert.Equal("LlmResilience:Endpoints:0:Ejection:MaxEjectionTime is 00:00:30; it must be at least BaseEjectionTime, which is 00:01:00.", failure);
    }

    [Fact]
    public async Task Value_set_in_code_is_told_with_the_endpoints_name()
    {
        var failure = await StartUp.FailureAsync(llm => llm.AddEndpoint("a", new FakeChatClient(), endpoint => endpoint.Ejection.BaseEjectionTime = TimeSpan.FromSeconds(-1)));

        Assert.Equal("Endpoints['a']:Ejection:BaseEjectionTime is -00:00:01; it must be above zero.", failure);
    }

    [Fact]
    public async Task Chain_value_set_in_code_is_told()
    {
        var failure = await StartUp.FailureAsync(llm => llm.AddEndpoint("a", new FakeChatClient()).Configure(options => options.MaxAttempts = -4));

        Assert.Equal("LlmResilience:MaxAttempts is -4; it must be at least 1.", failure);
    }

    [Fact]
    public async Task Wrong_default_is_told_once_whatever_the_number_of_endpoints()
    {
        var failure = await StartUp.FailureAsync(Settings.With([.. Settings.Endpoint(1, "b"), .. Settings.Endpoint(2, "c"), ("EndpointDefaults:Retry:MaxRetryAttempts", "-1")]));

        Assert.Equal("LlmResilience:EndpointDefaults:Retry:MaxRetryAttempts is -1; it must be at least 0.", failure);
    }

    [Fact]
    public async Task Wrong_default_hides_no_other_mistake_of_an_endpoint()
    {
        var failures = await StartUp.FailuresAsync(Settings.With(
            ("MaxAttempts", "0"), ("EndpointDefaults:Retry:MaxRetryAttempts", "-1"), ("Endpoints:0:Retry:MaxRetryAttempts", "-2"), ("Endpoints:0:Priority", "-3")));

        Assert.Equal(
            [
                "LlmResilience:MaxAttempts is 0; it must be at least 1.",
                "LlmResilience:EndpointDefaults:Retry:MaxRetryAttempts is -1; it must be at least 0.",
                "LlmResilience:Endpoints:0:Priority is -3; it must be at least 0.",
                "LlmResilience:Endpoints:0:Retry:MaxRetryAttempts is -2; it must be at least 0.",
            ],
            failures);
    }

    [Fact]
    public void Every_named_client_is_validated_by_itself()
    {
        var services = new ServiceCollection();
        services.AddLlmResilience(llm => llm.AddEndpoint("a", new FakeChatClient()));
        services.AddLlmResilience("wrong", llm => llm.AddEndpoint("a", new FakeChatClient()).Configure(options => options.MaxAttempts = 0));
        using var provider = services.BuildServiceProvider();

        Assert.NotNull(provider.GetRequiredService<IChatClient>());
        var exception = Assert.Throws<OptionsValidationException>(() => provider.GetRequiredKeyedService<IChatClient>("wrong"));
        Assert.Equal("wrong", exception.OptionsName);
    }

    private static async Task IsToldAsync(string key, string value, string told)
    {
        var failure = await StartUp.FailureAsync(Settings.With((key, value)));

        Assert.StartsWith($"LlmResilience:{key} {told}", failure, StringComparison.Ordinal);
    }
}
