using LlmResilience.Failures;

namespace LlmResilience;

/// <summary>The request may be sent to no endpoint: no route takes it, or its route has none of the endpoints that the request allows.</summary>
/// <remarks>
/// Thrown by the request, or by the stream's first <c>MoveNextAsync</c>. Nothing was sent to anybody. What to do: correct the request's
/// model, consumer, region or allowed endpoints, or add a route; one without conditions at the end takes whatever is left.
/// </remarks>
public sealed class NoRouteException : LlmResilienceException, IClassifiedException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="routeNames">The routes that there are; none if the chain has no routes.</param>
    /// <param name="routeName">The route that has none of the request's allowed endpoints; <see langword="null"/> if no route took the request.</param>
    /// <exception cref="ArgumentNullException"><paramref name="routeNames"/> is null.</exception>
    public NoRouteException(IReadOnlyList<string> routeNames, string? routeName = null)
        : base(Describe(routeNames, routeName), attempts: [], partialText: "", innerException: null)
    {
        RouteNames = routeNames;
        RouteName = routeName;
    }

    /// <summary>All routes that there are, in their order; none if the chain has no routes.</summary>
    public IReadOnlyList<string> RouteNames { get; }

    /// <summary>The route that took the request but has none of the endpoints that it allows; <see langword="null"/> if none took it.</summary>
    public string? RouteName { get; }

    // To a client around this one: it was not asked, and is not ill.
    Failure IClassifiedException.Failure => new(FailureKind.Rejected);

    // Without the consumer, which may be a person or a key.
    private static string Describe(IReadOnlyList<string> routeNames, string? routeName)
    {
        ArgumentNullException.ThrowIfNull(routeNames);
        if (routeName is not null)
        {
            return $"Route '{routeName}' takes the request, but has none of the endpoints that the request allows. It was sent to nobody.";
        }

        return routeNames.Count == 0
            ? "The chain has none of the endpoints that the request allows. It was sent to nobody."
            : $"No route takes the request; there are {string.Join(", ", routeNames.Select(static name => $"'{name}'"))}. It was sent to nobody.";
    }
}
