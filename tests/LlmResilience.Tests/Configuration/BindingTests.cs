using System.Globalization;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace LlmResilience.Tests.Configuration;

public sealed class BindingTests
{
    [Fact]
    public void Chain_options_come_from_json()
    {
        var options = ChainOptions(Settings.FromJson("""
            {
              "MaxAttempts": 4,
              "MaxEjectedRatio": 0.5,
              "PanicThreshold": 0.25,
              "AllUnavailableBehavior": "failfast",
              "RequestTimeout": "00:01:30",
              "EndpointDefaults": { "Priority": 2 },
              "Endpoints": [ { "Name": "a", "Provider": "Test", "ApiKey": "sk-secret" } ]
            }
            """));

        Assert.Equal(4, options.MaxAttempts);
        Assert.Equal(0.5, options.MaxEjectedRatio);
        Assert.Equal(0.25, options.PanicThreshold);
        Assert.Equal(AllUnavailableBehavior.FailFast, options.AllUnavailableBehavior);
        Assert.Equal(TimeSpan.FromSeconds(90), options.RequestTimeout);
        Assert.Equal(2, options.EndpointDefaults.Priority);
    }

    [Fact]
    public void Endpoint_options_of_every_group_come_from_json()
    {
        var endpoint = EndpointOptions(Settings.FromJson("""
            {
              "Endpoints": [
                {
                  "Name": "a",
                  "Provider": "test",
                  "ApiKey": "sk-secret",
                  "Priority": 1,
                  "ModelId": "m",
                  "ContextWindow": 8192,
                  "RequireFinishReason": "Always",
                  "Timeouts": { "FirstToken": "00:00:00.2", "FirstTokenAtLastEndpoint": "00:00:07", "FirstTokenPerInputToken": "00:00:00.001", "BetweenTokens": "-00:00:00.001", "Response": "00:00:08" },
                  "Retry": { "MaxRetryAttempts": 3, "Delay": "00:00:01", "MaxDelay": "00:00:02" },
                  "Ejection": {
                    "Enabled": false, "FailureRatio": 0.25, "Window": "00:00:20", "MinimumThroughput": 7, "ConsecutiveFailureThreshold": 0,
                    "BaseEjectionTime": "00:00:03", "MaxEjectionTime": "00:00:30", "JitterRatio": 0, "MultiplierDecayInterval": "00:00:04",
                    "MaxConcurrentProbes": 2, "RequiredProbeSuccesses": 3, "RampUpInitialRatio": 0.5, "RampUpDuration": "00:00:05"
                  },
                  "Failures": {
                    "RateLimited": { "Retry": false, "Fallback": true, "CountsAgainstHealth": true, "CoolDown": "00:00:09" },
                    "Unauthorized": { "CoolDown": null }
                  }
                }
              ]
            }
            """));

        Assert.Equal((1, "m", 8192, FinishReasonRequirement.Always), (endpoint.Priority, endpoint.ModelId, endpoint.ContextWindow, endpoint.RequireFinishReason));
        Assert.Equal(TimeSpan.FromMilliseconds(200), endpoint.Timeouts.FirstToken);
        Assert.Equal(TimeSpan.FromSeconds(7), endpoint.Timeouts.FirstTokenAtLastEndpoint);
        Assert.Equal(TimeSpan.FromMilliseconds(1), endpoint.Timeouts.FirstTokenPerInputToken);
        Assert.Equal(Timeout.InfiniteTimeSpan, endpoint.Timeouts.BetweenTokens);
        Assert.Equal(TimeSpan.FromSeconds(8), endpoint.Timeouts.Response);
        Assert.Equal((3, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2)), (endpoint.Retry.MaxRetryAttempts, endpoint.Retry.Delay, endpoint.Retry.MaxDelay));
        var ejection = endpoint.Ejection;
        Assert.Equal((false, 0.25, TimeSpan.FromSeconds(20), 7, 0), (ejection.Enabled, ejection.FailureRatio, ejection.Window, ejection.MinimumThroughput, ejection.ConsecutiveFailureThreshold));
        Assert.Equal((TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(30), 0d, TimeSpan.FromSeconds(4)), (ejection.BaseEjectionTime, ejection.MaxEjectionTime, ejection.JitterRatio, ejection.MultiplierDecayInterval));
        Assert.Equal((2, 3, 0.5, TimeSpan.FromSeconds(5)), (ejection.MaxConcurrentProbes, ejection.RequiredProbeSuccesses, ejection.RampUpInitialRatio, ejection.RampUpDuration));
        var rateLimited = endpoint.Failures.RateLimited;
        Assert.Equal((false, true, true, TimeSpan.FromSeconds(9)), (rateLimited.Retry, rateLimited.Fallback, rateLimited.CountsAgainstHealth, rateLimited.CoolDown));
        Assert.Null(endpoint.Failures.Unauthorized.CoolDown);
    }

    /// <summary>Whatever type of value an option gets one day, it can be set from the configuration.</summary>
    [Fact]
    public void Every_option_of_an_endpoint_can_be_set_from_the_configuration()
    {
        var samples = OptionsWalk.Values(new EndpointOptions())
            .Select(option => (option.Path, Text: DifferentFrom(option.Path, option.Value, option.Type)))
            .ToList();

        var endpoint = EndpointOptions(Settings.With([.. samples.Select(sample => ($"Endpoints:0:{sample.Path}", (string?)sample.Text))]));

        var bound = OptionsWalk.Values(endpoint).ToDictionary(option => option.Path, option => Convert.ToString(option.Value, CultureInfo.InvariantCulture), StringComparer.Ordinal);
        Assert.All(samples, sample => Assert.Equal(sample.Text, bound[sample.Path]));
    }

    [Fact]
    public void Endpoint_starts_from_the_defaults_and_overrides_what_it_names()
    {
        var endpoint = EndpointOptions(Settings.With(
            ("EndpointDefaults:Timeouts:FirstToken", "00:00:01"),
            ("EndpointDefaults:Timeouts:Response", "00:00:02"),
            ("EndpointDefaults:ModelId", "default"),
            ("EndpointDefaults:Failures:ServerError:Retry", "false"),
            ("Endpoints:0:Timeouts:FirstToken", "00:00:03"),
            ("Endpoints:0:Failures:ServerError:CoolDown", "00:00:04")));

        Assert.Equal(TimeSpan.FromSeconds(3), endpoint.Timeouts.FirstToken);
        Assert.Equal(TimeSpan.FromSeconds(2), endpoint.Timeouts.Response);
        Assert.Equal("default", endpoint.ModelId);
        Assert.False(endpoint.Failures.ServerError.Retry);
        Assert.True(endpoint.Failures.ServerError.Fallback);
        Assert.Equal(TimeSpan.FromSeconds(4), endpoint.Failures.ServerError.CoolDown);
    }

    [Fact]
    public void Null_in_json_takes_back_a_default()
    {
        var endpoint = EndpointOptions(Settings.FromJson("""
            {
              "EndpointDefaults": { "ModelId": "default", "ContextWindow": 10, "Timeouts": {} },
              "Endpoints": [ { "Name": "a", "Provider": "Test", "ApiKey": "sk-secret", "ModelId": null, "ContextWindow": null, "Retry": {}, "Ejection": null } ]
            }
            """));

        Assert.Null(endpoint.ModelId);
        Assert.Null(endpoint.ContextWindow);
        Assert.Equal(new EndpointTimeouts().FirstToken, endpoint.Timeouts.FirstToken);
        Assert.Equal(1, endpoint.Retry.MaxRetryAttempts);
        Assert.True(endpoint.Ejection.Enabled);
    }

    [Fact]
    public void Defaults_set_in_code_reach_endpoints_of_the_configuration()
    {
        var provider = new TestProvider();
        using var client = new LlmResilienceBuilder()
            .Bind(Settings.With(("Endpoints:0:Retry:MaxRetryAttempts", "4")))
            .AddProvider(provider)
            .Configure(options => options.EndpointDefaults.Priority = 6)
            .Build();

        Assert.Equal((6, 4), (provider.Options["a"].Priority, provider.Options["a"].Retry.MaxRetryAttempts));
    }

    [Fact]
    public void Endpoints_are_in_the_order_of_the_list_beyond_the_tenth()
    {
        var names = Enumerable.Range(0, 25).Select(index => $"endpoint {index}").ToArray();
        var provider = new TestProvider();

        using var client = new LlmResilienceBuilder()
            .Bind(Settings.With([.. names.AsEnumerable().Reverse().SelectMany((name, index) => Settings.Endpoint(names.Length - 1 - index, name))]))
            .AddProvider(provider)
            .Build();

        Assert.Equal(names, client.GetService<LlmEndpoints>()!.GetSnapshots().Select(endpoint => endpoint.Name));
    }

    [Fact]
    public void Keys_and_the_provider_are_read_whatever_their_case()
    {
        var endpoint = EndpointOptions(Settings.FromJson("""
            { "endpoints": [ { "name": "a", "provider": "TEST", "apikey": "sk-secret", "timeouts": { "firsttoken": "00:00:01" } } ] }
            """));

        Assert.Equal(TimeSpan.FromSeconds(1), endpoint.Timeouts.FirstToken);
    }

    [Fact]
    public void Later_source_such_as_the_environment_overrides_a_single_key_of_an_endpoint()
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(Settings.With(("Endpoints:0:Priority", "1"), ("Endpoints:0:ContextWindow", "5")).AsEnumerable())
            .AddInMemoryCollection([new("LlmResilience:Endpoints:0:Priority", "2")])
            .Build();

        var endpoint = EndpointOptions(configuration.GetSection("LlmResilience"));

        Assert.Equal((2, 5), (endpoint.Priority, endpoint.ContextWindow));
    }

    [Fact]
    public void Section_may_be_anywhere_in_the_configuration()
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(Settings.With(("Endpoints:0:Priority", "1")).AsEnumerable().Select(pair => KeyValuePair.Create($"My:{pair.Key}", pair.Value)))
            .Build();

        Assert.Equal(1, EndpointOptions(configuration.GetSection("My:LlmResilience")).Priority);
    }

    private static LlmResilienceOptions ChainOptions(IConfigurationSection section)
    {
        var services = new ServiceCollection();
        services.AddLlmResilience(section).AddProvider(new TestProvider());
        using var provider = services.BuildServiceProvider();
        return provider.GetRequiredService<IOptions<LlmResilienceOptions>>().Value;
    }

    private static EndpointOptions EndpointOptions(IConfigurationSection section)
    {
        var provider = new TestProvider();
        using var client = new LlmResilienceBuilder().Bind(section).AddProvider(provider).Build();
        return provider.Options["a"];
    }

    private static string DifferentFrom(string path, object? value, Type type) => (path, value) switch
    {
        ("Ejection:MaxEjectionTime", _) => "01:00:00",
        ("Timeouts:FirstTokenPerInputToken", _) => "00:00:00.5000000",
        ("Retry:MaxDelay", _) => "00:00:50",
        (_, bool flag) => (!flag).ToString(),
        (_, int number) => (number + 1).ToString(CultureInfo.InvariantCulture),
        (_, double number) => (number / 2).ToString(CultureInfo.InvariantCulture),
        (_, TimeSpan time) => (time + TimeSpan.FromSeconds(1)).ToString(),
        (_, Enum) => Enum.GetNames(type)[^1],
        (_, _) when type == typeof(string) => "text",
        (_, _) when type == typeof(TimeSpan) => "00:00:01",
        (_, _) when type == typeof(int) => "1",
        _ => throw new NotSupportedException($"Say here what a value of {path}, a {type}, looks like."),
    };
}
