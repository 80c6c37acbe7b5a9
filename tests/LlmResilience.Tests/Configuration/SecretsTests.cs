namespace LlmResilience.Tests.Configuration;

/// <summary>A message about a mistake is logged, mailed, pasted into tickets: it never holds a key.</summary>
public sealed class SecretsTests
{
    private const string Secret = "sk-very-secret";

    [Theory]
    [InlineData("ApiKy")]
    [InlineData("Api:Key")]
    [InlineData("Timeouts:ApiKey")]
    [InlineData("Failures:Unauthorized:ApiKey")]
    public async Task Misspelt_key_at_an_endpoint_is_told_without_its_value(string key)
        => DoNotTell(await StartUp.FailuresAsync(Settings.With(($"Endpoints:0:{key}", Secret))));

    [Theory]
    [InlineData("ApiKey")]
    [InlineData("EndpointDefaults:ApiKey")]
    [InlineData("Endpoint:0:ApiKey")]
    [InlineData("ApiKeys:0")]
    [InlineData("RequestTimeout:ApiKey")]
    public async Task Key_in_the_wrong_place_is_told_without_its_value(string key)
        => DoNotTell(await StartUp.FailuresAsync(Settings.With((key, Secret))));

    [Theory]
    [InlineData("Tset")]
    [InlineData(null)]
    public async Task Key_of_an_unknown_provider_is_not_told(string? provider)
        => DoNotTell(await StartUp.FailuresAsync(Settings.With([.. Settings.Endpoint(0, "a", provider, Secret), ("Endpoints:0:Unheard", Secret)])));

    [Fact]
    public async Task Right_key_is_not_told_when_everything_else_is_wrong()
        => DoNotTell(await StartUp.FailuresAsync(Settings.With(
        [
            .. Settings.Endpoint(0, name: null, key: Secret),
            ("Endpoints:0:Priority", "x"),
            ("Endpoints:0:Retry:MaxRetryAttempts", "-1"),
            ("Endpoints:0:Unheard", Secret),
            ("Unheard", Secret),
        ])));

    private static void DoNotTell(string[] failures)
        => Assert.All(failures, failure => Assert.DoesNotContain(Secret, failure, StringComparison.Ordinal));
}
