using LlmResilience;
using LlmResilience.Endpoints;
using LlmResilience.Requests;

namespace Microsoft.Extensions.AI;

/// <summary>Says what a resilient client is to know of one request. Nothing of it reaches a provider.</summary>
/// <remarks>
/// It is kept in <see cref="ChatOptions.AdditionalProperties"/>, as plain texts and times, so that the options may be copied, cached and
/// logged as any others. The client reads it at the call and never changes the options that it is given.
/// </remarks>
public static class LlmResilienceChatOptionsExtensions
{
    /// <summary>Says on whose behalf the request is made: a tenant, a team, a key. Routes match on it.</summary>
    /// <param name="options">The request's options.</param>
    /// <param name="consumer">The consumer, compared whole and with case; <see langword="null"/> takes it back.</param>
    /// <returns>The options.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="options"/> is null.</exception>
    /// <exception cref="ArgumentException"><paramref name="consumer"/> is blank.</exception>
    public static ChatOptions SetConsumer(this ChatOptions options, string? consumer)
        => options.SetText(RequestProperties.Consumer, consumer, nameof(consumer));

    /// <summary>Says what conversation the request belongs to, for <see cref="LoadBalancingPolicy.Affinity"/>.</summary>
    /// <param name="options">The request's options.</param>
    /// <param name="affinityKey">Anything that is the same for all requests of the conversation; <see langword="null"/> takes it back.</param>
    /// <returns>The options.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="options"/> is null.</exception>
    /// <exception cref="ArgumentException"><paramref name="affinityKey"/> is blank.</exception>
    public static ChatOptions SetAffinityKey(this ChatOptions options, string? affinityKey)
        => options.SetText(RequestProperties.AffinityKey, affinityKey, nameof(affinityKey));

    /// <summary>Says where the request comes from: endpoints of that <see cref="EndpointOptions.Region"/> are asked first, and routes match on it.</summary>
    /// <param name="options">The request's options.</param>
    /// <param name="region">The region, compared whole and without case; <see langword="null"/> takes it back.</param>
    /// <returns>The options.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="options"/> is null.</exception>
    /// <exception cref="ArgumentException"><paramref name="region"/> is blank.</exception>
    public static ChatOptions SetRegion(this ChatOptions options, string? region)
        => options.SetText(RequestProperties.Region, region, nameof(region));

    /// <summary>Names the only endpoints that the request may be sent to. Their order stays that of the chain.</summary>
    /// <param name="options">The request's options.</param>
    /// <param name="names">The endpoints' names, whatever the case; none, or <see langword="null"/>, takes them back: the request may be sent to any.</param>
    /// <returns>The options.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="options"/> is null.</exception>
    /// <exception cref="ArgumentException">A name is null or blank.</exception>
    /// <remarks>A request whose route has none of them fails with a <see cref="NoRouteException"/>.</remarks>
    public static ChatOptions SetAllowedEndpoints(this ChatOptions options, params string[]? names)
        => options.SetAllowedEndpoints((IEnumerable<string>?)names);

    /// <summary>Names the only endpoints that the request may be sent to. Their order stays that of the chain.</summary>
    /// <param name="options">The request's options.</param>
    /// <param name="names">The endpoints' names, whatever the case; none, or <see langword="null"/>, takes them back: the request may be sent to any.</param>
    /// <returns>The options.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="options"/> is null.</exception>
    /// <exception cref="ArgumentException">A name is null or blank.</exception>
    /// <remarks>A request whose route has none of them fails with a <see cref="NoRouteException"/>.</remarks>
    public static ChatOptions SetAllowedEndpoints(this ChatOptions options, IEnumerable<string>? names)
    {
        ArgumentNullException.ThrowIfNull(options);

        // A copy: what is kept is read by requests long after the caller has gone on.
        string[] own = [.. names ?? []];
        if (Array.Exists(own, string.IsNullOrWhiteSpace))
        {
            throw new ArgumentException("The name of an allowed endpoint is blank.", nameof(names));
        }

        return options.Set(RequestProperties.AllowedEndpoints, own.Length == 0 ? null : own);
    }

    /// <summary>Says how long the request may take, all its attempts together, in the place of <see cref="LlmResilienceOptions.RequestTimeout"/>.</summary>
    /// <param name="options">The request's options.</param>
    /// <param name="timeout">
    /// Above zero, at most one day; <see cref="Timeout.InfiniteTimeSpan"/> for no limit; <see langword="null"/> takes it back: that of the
    /// request's route counts, else that of the chain.
    /// </param>
    /// <returns>The options.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="options"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="timeout"/> is out of its range.</exception>
    public static ChatOptions SetRequestTimeout(this ChatOptions options, TimeSpan? timeout)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (timeout is { } given && !RequestProfile.IsTimeout(given))
        {
            throw new ArgumentOutOfRangeException(nameof(timeout), given, "A request's timeout is above zero and at most one day, or Timeout.InfiniteTimeSpan for none.");
        }

        return options.Set(RequestProperties.RequestTimeout, timeout);
    }

    /// <summary>Says which endpoint has the state that the request names: its conversation, its files, a response that it goes on from.</summary>
    /// <param name="options">The request's options.</param>
    /// <param name="endpointName">The endpoint, as <c>GetLlmEndpoint()</c> of the answer named it; <see langword="null"/> takes it back.</param>
    /// <returns>The options.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="options"/> is null.</exception>
    /// <exception cref="ArgumentException"><paramref name="endpointName"/> is blank.</exception>
    public static ChatOptions SetEndpoint(this ChatOptions options, string? endpointName)
        => options.SetText(RequestProperties.Endpoint, endpointName, nameof(endpointName));

    /// <summary>Says how much the request matters. It is carried along and changes nothing yet: it will count where limits do.</summary>
    /// <param name="options">The request's options.</param>
    /// <param name="importance">Its importance; without any it is <see cref="RequestImportance.Normal"/>.</param>
    /// <returns>The options.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="options"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="importance"/> is none of the values.</exception>
    public static ChatOptions SetImportance(this ChatOptions options, RequestImportance importance)
    {
        ArgumentNullException.ThrowIfNull(options);
        var name = Enum.GetName(importance)
            ?? throw new ArgumentOutOfRangeException(nameof(importance), importance, "There is no such importance of a request.");
        return options.Set(RequestProperties.Importance, importance == RequestImportance.Normal ? null : name);
    }

    private static ChatOptions SetText(this ChatOptions options, string key, string? value, string parameter)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (value is not null)
        {
            ArgumentException.ThrowIfNullOrWhiteSpace(value, parameter);
        }

        return options.Set(key, value);
    }

    private static ChatOptions Set(this ChatOptions options, string key, object? value)
    {
        if (value is not null)
        {
            (options.AdditionalProperties ??= [])[key] = value;
        }
        else
        {
            options.AdditionalProperties?.Remove(key);
        }

        return options;
    }
}
