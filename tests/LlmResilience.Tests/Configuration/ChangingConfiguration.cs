using System.Reflection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.Memory;

namespace LlmResilience.Tests.Configuration;

/// <summary>The configuration of a chain, which a test changes while the client runs. Keys are relative to the chain.</summary>
internal sealed class ChangingConfiguration
{
    public const string Secret = "sk-secret";

    private readonly IConfigurationRoot _root = new ConfigurationBuilder().AddInMemoryCollection().Build();

    /// <summary>Endpoints of these names, in this order.</summary>
    public ChangingConfiguration(params string[] endpoints)
    {
        for (var i = 0; i < endpoints.Length; i++)
        {
            SetEndpoint(i, endpoints[i]);
        }

        Set("EndpointDefaults:Ejection:JitterRatio", "0");
    }

    public IConfigurationSection Section => _root.GetSection(Settings.Path);

    public void Change(params (string Key, string? Value)[] settings)
    {
        foreach (var (key, value) in settings)
        {
            Set(key, value);
        }

        _root.Reload();
    }

    public void AddEndpoint(int index, string name)
    {
        SetEndpoint(index, name);
        _root.Reload();
    }

    public void RemoveEndpoint(int index)
        => Change([.. new[] { "Name", "Provider", "ApiKey" }.Select(key => ($"Endpoints:{index}:{key}", (string?)null))]);

    private static void RemoveAll(MemoryConfigurationProvider memory)
    {
        var data = typeof(ConfigurationProvider).GetProperty("Data", BindingFlags.Instance | BindingFlags.NonPublic)!;
        ((IDictionary<string, string?>)data.GetValue(memory)!).Clear();
    }

    private void SetEndpoint(int index, string name)
    {
        Set($"Endpoints:{index}:Name", name);
        Set($"Endpoints:{index}:Provider", "Test");
        Set($"Endpoints:{index}:ApiKey", Secret);
    }

    private void Set(string key, string? value)
    {
        var memory = (MemoryConfigurationProvider)_root.Providers.Single();
        if (value is not null)
        {
            memory.Set($"{Settings.Path}:{key}", value);
            return;
        }

        // A provider in memory cannot unset a key; the last good value of these tests' unknown keys is none at all.
        var rest = memory.Where(pair => !pair.Key.Equals($"{Settings.Path}:{key}", StringComparison.OrdinalIgnoreCase)).ToList();
        RemoveAll(memory);
        rest.ForEach(pair => memory.Set(pair.Key, pair.Value));
    }
}
