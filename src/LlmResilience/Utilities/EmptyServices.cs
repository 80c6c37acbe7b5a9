namespace LlmResilience.Utilities;

/// <summary>The services of an app without dependency injection.</summary>
internal sealed class EmptyServices : IServiceProvider
{
    public static EmptyServices Instance { get; } = new();

    public object? GetService(Type serviceType) => null;
}
