using Microsoft.Extensions.AI;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace LlmResilience.Tests.Configuration;

/// <summary>The three ways in which an app meets a mistake of its configuration; all tell the same.</summary>
internal static class StartUp
{
    public static Task<string[]> FailuresAsync(IConfigurationSection section)
        => FailuresAsync(llm => llm.Bind(section).AddProvider(new TestProvider()));

    public static async Task<string[]> FailuresAsync(Action<LlmResilienceBuilder> configure)
    {
        var atStart = await AtHostStartAsync(configure);
        var atResolution = AtFirstResolution(configure);
        var withoutServices = WithoutServices(configure);
        Assert.Equal(atStart, atResolution);
        Assert.Equal(atStart, withoutServices);
        return atStart;
    }

    /// <summary>The one thing that is wrong.</summary>
    public static async Task<string> FailureAsync(IConfigurationSection section) => Assert.Single(await FailuresAsync(section));

    /// <inheritdoc cref="FailureAsync(IConfigurationSection)"/>
    public static async Task<string> FailureAsync(Action<LlmResilienceBuilder> configure) => Assert.Single(await FailuresAsync(configure));

    private static async Task<string[]> AtHostStartAsync(Action<LlmResilienceBuilder> configure)
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddLlmResilience(configure);
        using var host = builder.Build();
        return Told(await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync()));
    }

    private static string[] AtFirstResolution(Action<LlmResilienceBuilder> configure)
    {
        var services = new ServiceCollection();
        services.AddLlmResilience(configure);
        using var provider = services.BuildServiceProvider();
        return Told(Assert.Throws<OptionsValidationException>(provider.GetRequiredService<IChatClient>));
    }

    private static string[] WithoutServices(Action<LlmResilienceBuilder> configure)
    {
        var builder = new LlmResilienceBuilder();
        configure(builder);
        return Told(Assert.Throws<OptionsValidationException>(() => builder.Build()));
    }

    private static string[] Told(OptionsValidationException exception)
    {
        var failures = exception.Failures.ToArray();
        Assert.All(failures, failure => Assert.Contains(failure, exception.Message, StringComparison.Ordinal));
        Assert.Null(exception.InnerException);
        return failures;
    }
}
