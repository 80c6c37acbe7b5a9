using System.Reflection;
using LlmResilience.Testing;

namespace Gateway.Tests.Hosting;

/// <summary>Every fault that the simulated server knows, before the first token and after some.</summary>
internal static class FaultCatalog
{
    private const string AfterTokens = " after 3 tokens";

    public static IEnumerable<string> Names { get; } =
    [
        .. Factories.Select(factory => factory.Name),
        .. Factories.Where(factory => factory.GetParameters().Any(parameter => parameter.Name == "tokens")).Select(factory => factory.Name + AfterTokens),
    ];

    private static IEnumerable<MethodInfo> Factories
        => typeof(SimulatedFault).GetMethods(BindingFlags.Public | BindingFlags.Static).Where(method => method.ReturnType == typeof(SimulatedFault));

    public static SimulatedFault Create(string name)
    {
        var isLater = name.EndsWith(AfterTokens, StringComparison.Ordinal);
        var factory = Factories.Single(method => method.Name == (isLater ? name[..^AfterTokens.Length] : name));
        return (SimulatedFault)factory.Invoke(null, [.. factory.GetParameters().Select(parameter => ValueFor(parameter, isLater ? 3 : 0))])!;
    }

    private static object? ValueFor(ParameterInfo parameter, int tokens) => parameter switch
    {
        { HasDefaultValue: true } => parameter.DefaultValue,
        { Name: "tokens" } => tokens,
        { Name: "status" } => 503,
        { Name: "body" } => "<html>A proxy's page</html>",
        { Name: "delay" } => TimeSpan.FromMinutes(1),
        { Name: "interval" } => TimeSpan.FromMilliseconds(10),
        { Name: "times" } => 3,
        _ => throw new NotSupportedException($"A fault has a new parameter, '{parameter.Name}': say here what it is."),
    };
}
