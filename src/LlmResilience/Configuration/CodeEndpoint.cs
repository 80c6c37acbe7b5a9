using Microsoft.Extensions.AI;

namespace LlmResilience.Configuration;

/// <summary>An endpoint that the app's code describes.</summary>
internal sealed class CodeEndpoint(string name, Func<IServiceProvider, IChatClient> factory, Action<EndpointOptions>? configure, bool leaveOpen)
    : EndpointDefinition(name, $"Endpoints['{name}']")
{
    public override object Identity => factory;

    public override bool LeavesOpen => leaveOpen;

    public override EndpointOptions CreateOptions(EndpointOptions defaults)
    {
        var options = defaults.Clone();
        configure?.Invoke(options);
        return options;
    }

    public override IChatClient CreateClient(EndpointOptions options, IServiceProvider services)
        => factory(services) ?? throw new InvalidOperationException($"The factory of endpoint '{Name}' returned null.");
}
