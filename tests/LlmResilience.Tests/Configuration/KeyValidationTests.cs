namespace LlmResilience.Tests.Configuration;

/// <summary>What does not bind is told, not passed over.</summary>
public sealed class KeyValidationTests
{
    [Theory]
    [InlineData("MaxAttemps", "LlmResilience:MaxAttemps")]
    [InlineData("Endpoint:0:Name", "LlmResilience:Endpoint")]
    [InlineData("EndpointDefaults:Timeouts:FirstTokens", "LlmResilience:EndpointDefaults:Timeouts:FirstTokens")]
    [InlineData("Name", "LlmResilience:Name")]
    [InlineData("EndpointDefaults:Timeout:FirstToken", "LlmResilience:EndpointDefaults:Timeout")]
    [InlineData("EndpointDefaults:Provider", "LlmResilience:EndpointDefaults:Provider")]
    [InlineData("Endpoints:0:Weigth", "LlmResilience:Endpoints:0:Weigth")]
    [InlineData("Endpoints:0:Retry:FirstToken", "LlmResilience:Endpoints:0:Retry:FirstToken")]
    [InlineData("Endpoints:0:Failures:RateLimit:CoolDown", "LlmResilience:Endpoints:0:Failures:RateLimit")]
    [InlineData("Endpoints:0:Failures:Cancelled:Retry", "LlmResilience:Endpoints:0:Failures:Cancelled")]
    [InlineData("Endpoints:0:Failures:RateLimited:Cooldwn", "LlmResilience:Endpoints:0:Failures:RateLimited:Cooldwn")]
    public async Task Unknown_key_is_told_with_its_whole_path(string key, string path)
    {
        // The right keys of the same name elsewhere must not be blamed.
        var failure = await StartUp.FailureAsync(Settings.With((key, "1"), ("Endpoints:0:Timeouts:FirstToken", "00:00:01"), ("EndpointDefaults:Timeouts:FirstToken", "00:00:01")));

        Assert.Equal($"{path} is not a setting that anything reads; check its spelling.", failure);
    }

    [Theory]
    [InlineData("MaxAttempts", "many")]
    [InlineData("MaxAttempts", "1.5")]
    [InlineData("MaxEjectedRatio", "1,5")]
    [InlineData("AllUnavailableBehavior", "Trickel")]
    [InlineData("RequestTimeout", "1 minute")]
    [InlineData("EndpointDefaults:Ejection:Enabled", "on")]
    [InlineData("Endpoints:0:Timeouts:FirstToken", "200ms")]
    [InlineData("Endpoints:0:RequireFinishReason", "Sometimes")]
    [InlineData("Endpoints:0:ContextWindow", "8k")]
    [InlineData("Endpoints:0:Failures:RateLimited:CoolDown", "soon")]
    [InlineData("Endpoints:0:Failures:RateLimited:Retry", "ja")]
    public async Task Value_that_does_not_parse_is_told_with_its_path(string key, string value)
    {
        var failure = await StartUp.FailureAsync(Settings.With((key, value)));

        Assert.Equal($"LlmResilience:{key} is '{value}', which is not a value of its type.", failure);
    }

    [Theory]
    [InlineData("EndpointDefaults")]
    [InlineData("EndpointDefaults:Retry")]
    [InlineData("Endpoints:0:Ejection")]
    [InlineData("Endpoints:0:Failures:RateLimited")]
    public async Task Value_where_a_group_belongs_is_told(string key)
    {
        var failure = await StartUp.FailureAsync(Settings.With((key, "00:00:05")));

        Assert.Equal($"LlmResilience:{key} is '00:00:05', but it is a group of settings.", failure);
    }

    [Theory]
    [InlineData("MaxAttempts")]
    [InlineData("RequestTimeout")]
    [InlineData("Endpoints:0:Priority")]
    [InlineData("Endpoints:0:Failures:RateLimited:CoolDown")]
    public async Task Group_where_a_value_belongs_is_told(string key)
    {
        var failure = await StartUp.FailureAsync(Settings.With(($"{key}:Seconds", "5")));

        Assert.Equal($"LlmResilience:{key} is a single value, so 'Seconds' does not belong inside it.", failure);
    }

    [Fact]
    public async Task All_mistakes_are_told_at_once()
    {
        var failures = await StartUp.FailuresAsync(Settings.With(
        [
            ("MaxAttemps", "1"),
            ("MaxAttempts", "x"),
            ("PanicThreshold", "7"),
            ("RequestTimeout", "y"),
            ("EndpointDefaults:Retry:MaxRetryAttempts", "-1"),
            ("Endpoints:0:Priority", "z"),
            ("Endpoints:0:Weigth", "1"),
            ("Endpoints:0:ContextWindow", "-1"),
            .. Settings.Endpoint(1, name: "A", provider: "Tset"),
            .. Settings.Endpoint(2, name: null, key: null),
        ]));

        Assert.Equal(
            [
                "LlmResilience:MaxAttemps is not a setting that anything reads; check its spelling.",
                "LlmResilience:MaxAttempts is 'x', which is not a value of its type.",
                "LlmResilience:RequestTimeout is 'y', which is not a value of its type.",
                "LlmResilience:PanicThreshold is 7; it must be from 0 to 1.",
                "LlmResilience:EndpointDefaults:Retry:MaxRetryAttempts is -1; it must be at least 0.",
                "LlmResilience:Endpoints:0:Priority is 'z', which is not a value of its type.",
                "LlmResilience:Endpoints:0:Weigth is not a setting that anything reads; check its spelling.",
                "LlmResilience:Endpoints:0:ContextWindow is -1; it must be at least 1.",
                "LlmResilience:Endpoints:1:Name is 'A', which another endpoint of the chain has already.",
                "LlmResilience:Endpoints:1:Provider is 'Tset', which is not a provider (known are 'Test').",
                "LlmResilience:Endpoints:2:Name is missing; every endpoint needs a name.",
                "LlmResilience:Endpoints:2:ApiKey is missing.",
            ],
            failures);
    }
}
