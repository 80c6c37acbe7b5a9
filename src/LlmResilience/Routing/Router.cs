using System.Diagnostics.CodeAnalysis;
using LlmResilience.Chains;
using LlmResilience.LoadBalancing;
using LlmResilience.Requests;
using LlmResilience.Telemetry;

namespace LlmResilience.Routing;

/// <summary>Finds the chain of each request: by the routes, by what the request says of itself, and by what the app's selectors say of it.</summary>
internal sealed class Router(CurrentRoutes current, RequestSelectors selectors, IServiceProvider services)
{
    private readonly bool _asksOfEveryRequest = selectors.AskOfEveryRequest;

    /// <summary>Chooses a request's chain. Runs the app's selectors and predicates, on the caller's thread.</summary>
    /// <param name="input">What the app asks.</param>
    /// <param name="chosen">The chain.</param>
    /// <param name="failure">Why there is none: a <see cref="NoRouteException"/>, or what the app's own code threw.</param>
    /// <exception cref="ObjectDisposedException">The client is disposed.</exception>
    public bool TryChoose(in RequestInput input, out ChosenChain chosen, [NotNullWhen(false)] out Exception? failure)
    {
        var routes = current.Value;
        failure = null;
        if (routes.AsksNothing && !_asksOfEveryRequest && input.Options?.AdditionalProperties is null)
        {
            chosen = new ChosenChain(StateOwner.Pin(routes.All, input));
            return true;
        }

        try
        {
            chosen = Choose(routes, input);
            return true;
        }
#pragma warning disable CA1031 // The app's own code may throw anything; it ends its own request, as every failure does: through its task or stream.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            chosen = default;
            failure = exception;
            return false;
        }
    }

    private static string? Ask(Func<LlmRequest, string?> selector, in LlmRequest request)
        => selector(request) is { } answer && !string.IsNullOrWhiteSpace(answer) ? answer : null;

    private static NoRouteException Refuse(RouteTable routes, NoRouteException exception)
    {
        var chain = routes.All;
        chain.Telemetry.RequestFailed(exception, attempts: 0);
        chain.Telemetry.RequestEnded(RequestOutcome.NoRoute, RequestRecovery.None, chain.Clock.Now, chain.Clock);
        return exception;
    }

    private ChosenChain Choose(RouteTable routes, in RequestInput input)
    {
        var profile = RequestProfile.Of(input.Options);
        var request = new LlmRequest(input.Messages, input.Options, services, profile);
        if (request.Consumer is null && selectors.Consumer is not null)
        {
            request = request with { Consumer = Ask(selectors.Consumer, request) };
        }

        if (request.Region is null)
        {
            request = request with { Region = (selectors.Region is null ? null : Ask(selectors.Region, request)) ?? routes.Region };
        }

        var chain = FindChain(routes, request);
        if (request.Region is { } region)
        {
            chain = chain.InRegion(region);
        }

        if (profile.AllowedEndpoints is { } allowed)
        {
            chain = chain.Allowing(allowed);
            if (chain.Endpoints.Length == 0)
            {
                throw Refuse(routes, new NoRouteException(routes.Names, chain.RouteName));
            }
        }

        return new ChosenChain(StateOwner.Pin(chain, input, profile.Endpoint), chain.NeedsAffinityKey ? FindAffinityKey(request) : 0);
    }

    private static Chain FindChain(RouteTable routes, in LlmRequest request)
        => routes.Find(request) ?? throw Refuse(routes, new NoRouteException(routes.Names));

    private ulong FindAffinityKey(in LlmRequest request)
    {
        var key = request.AffinityKey ?? (selectors.AffinityKey is null ? null : Ask(selectors.AffinityKey, request));
        return key is null ? ConversationKey.Of(request.Messages, request.Options) : ConversationKey.Of(key);
    }
}
