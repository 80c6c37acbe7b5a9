using LlmResilience.Chains;
using LlmResilience.Configuration;
using LlmResilience.Probing;
using LlmResilience.Routing;
using LlmResilience.Telemetry;
using LlmResilience.Utilities;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace LlmResilience;

/// <summary>Composes endpoints and options, and builds a <see cref="ResilientChatClient"/> of them, with or without dependency injection.</summary>
public sealed class LlmResilienceBuilder
{
    private const string CodePath = "LlmResilience";
    private const string LogCategory = "LlmResilience";

    private readonly List<Func<IEnumerable<EndpointDefinition>>> _endpoints = [];
    private readonly List<Func<IEnumerable<RouteDefinition>>> _routes = [];
    private readonly List<EndpointProvider> _providers = [];
    private readonly List<Action<LlmResilienceOptions>> _configurations = [];
    private readonly List<IConfiguration> _sections = [];
    private RequestSelectors _selectors = new();
    private string _path = CodePath;

    /// <summary>Creates a builder without dependency injection.</summary>
    public LlmResilienceBuilder()
        : this(services: null, Options.DefaultName)
    {
    }

    internal LlmResilienceBuilder(IServiceCollection? services, string name)
    {
        Services = services;
        Name = name;
    }

    /// <summary>The app's services; <see langword="null"/> without dependency injection.</summary>
    public IServiceCollection? Services { get; }

    /// <summary>The name under which the client is registered; empty for the default one.</summary>
    public string Name { get; }

    /// <summary>The clock of all timeouts, windows and ejections.</summary>
    /// <value>The default is the registered <see cref="System.TimeProvider"/>, else <see cref="TimeProvider.System"/>.</value>
    public TimeProvider? TimeProvider { get; set; }

    /// <summary>Where log messages go.</summary>
    /// <value>The default is the registered <see cref="ILoggerFactory"/>, else nowhere.</value>
    public ILoggerFactory? LoggerFactory { get; set; }

    /// <summary>Callbacks for what happens to requests and endpoints.</summary>
    public LlmResilienceEvents Events { get; } = new();

    /// <summary>Adds an endpoint to the end of the chain.</summary>
    /// <param name="name">Its name, unique in the chain whatever the case.</param>
    /// <param name="client">Its client.</param>
    /// <param name="configure">Changes its options.</param>
    /// <param name="leaveOpen">Whether the app disposes the client itself; else the resilient client does.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="client"/> is null.</exception>
    /// <exception cref="ArgumentException"><paramref name="name"/> is null or blank.</exception>
    public LlmResilienceBuilder AddEndpoint(string name, IChatClient client, Action<EndpointOptions>? configure = null, bool leaveOpen = false)
    {
        ArgumentNullException.ThrowIfNull(client);
        return AddEndpoint(name, _ => client, configure, leaveOpen);
    }

    /// <summary>Adds an endpoint to the end of the chain.</summary>
    /// <param name="name">Its name, unique in the chain whatever the case.</param>
    /// <param name="factory">Creates its client from the app's services when the resilient client is made.</param>
    /// <param name="configure">Changes its options.</param>
    /// <param name="leaveOpen">Whether somebody else disposes the client, such as the container that it is resolved from; else the resilient client does.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="factory"/> is null.</exception>
    /// <exception cref="ArgumentException"><paramref name="name"/> is null or blank.</exception>
    public LlmResilienceBuilder AddEndpoint(string name, Func<IServiceProvider, IChatClient> factory, Action<EndpointOptions>? configure = null, bool leaveOpen = false)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(factory);
        _endpoints.Add(() => [new CodeEndpoint(name, factory, configure, leaveOpen)]);
        return this;
    }

    /// <summary>Adds an endpoint whose client is registered as a keyed service. The container that has it disposes it.</summary>
    /// <param name="name">Its name, unique in the chain whatever the case.</param>
    /// <param name="serviceKey">The key under which its <see cref="IChatClient"/> is registered.</param>
    /// <param name="configure">Changes its options.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="serviceKey"/> is null.</exception>
    /// <exception cref="ArgumentException"><paramref name="name"/> is null or blank.</exception>
    /// <remarks>A key that nothing is registered under fails when the client is made, with the container's <see cref="InvalidOperationException"/>.</remarks>
    public LlmResilienceBuilder AddKeyedEndpoint(string name, object serviceKey, Action<EndpointOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(serviceKey);
        return AddEndpoint(name, services => services.GetRequiredKeyedService<IChatClient>(serviceKey), configure, leaveOpen: true);
    }

    /// <summary>Adds a route behind those that are there already: which requests it takes, and which of the chain's endpoints serve them.</summary>
    /// <param name="name">Its name, unique in the chain whatever the case.</param>
    /// <param name="configure">Says which requests it takes and to which endpoints they go, such as <c>route => route.ForModel("gpt-*").To("a").To("b", "c")</c>.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="configure"/> is null.</exception>
    /// <exception cref="ArgumentException"><paramref name="name"/> is null or blank.</exception>
    /// <remarks>
    /// A request takes the first route whose conditions all hold, and fails with a <see cref="NoRouteException"/> where none does. Without
    /// routes every request may use all endpoints, by their priority.
    /// </remarks>
    public LlmResilienceBuilder AddRoute(string name, Action<LlmRouteOptions> configure)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(configure);
        _routes.Add(() => [RouteDefinition.Of(name, configure)]);
        return this;
    }

    /// <summary>Says on whose behalf a request is made that does not say so itself (<c>ChatOptions.SetConsumer</c>).</summary>
    /// <param name="selector">
    /// Finds it in the request, or in what is ambient in the app; <see langword="null"/> or blank for nobody. Called on the caller's thread
    /// at the call, for a stream too. What it throws ends that request alone, and reaches the app as it is. The last selector counts.
    /// </param>
    /// <returns>The builder.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="selector"/> is null.</exception>
    public LlmResilienceBuilder SelectConsumer(Func<LlmRequest, string?> selector)
    {
        ArgumentNullException.ThrowIfNull(selector);
        _selectors = _selectors with { Consumer = selector };
        return this;
    }

    /// <summary>Says where a request comes from that does not say so itself (<c>ChatOptions.SetRegion</c>), before <see cref="LlmResilienceOptions.Region"/> does.</summary>
    /// <param name="selector">
    /// Finds it in the request, or in what is ambient in the app; <see langword="null"/> or blank for nowhere in particular. Called on the
    /// caller's thread at the call, for a stream too. What it throws ends that request alone, and reaches the app as it is. The last
    /// selector counts.
    /// </param>
    /// <returns>The builder.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="selector"/> is null.</exception>
    public LlmResilienceBuilder SelectRegion(Func<LlmRequest, string?> selector)
    {
        ArgumentNullException.ThrowIfNull(selector);
        _selectors = _selectors with { Region = selector };
        return this;
    }

    /// <summary>Says what conversation a request belongs to that does not say so itself (<c>ChatOptions.SetAffinityKey</c>); else its first messages do.</summary>
    /// <param name="selector">
    /// Finds it in the request, or in what is ambient in the app; <see langword="null"/> or blank if it does not know. Asked only where
    /// <see cref="LoadBalancingPolicy.Affinity"/> balances, on the caller's thread at the call, for a stream too. What it throws ends that
    /// request alone, and reaches the app as it is. The last selector counts.
    /// </param>
    /// <returns>The builder.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="selector"/> is null.</exception>
    public LlmResilienceBuilder SelectAffinityKey(Func<LlmRequest, string?> selector)
    {
        ArgumentNullException.ThrowIfNull(selector);
        _selectors = _selectors with { AffinityKey = selector };
        return this;
    }

    /// <summary>
    /// Registers a provider, so that endpoints in the configuration can name it, and every endpoint understands its SDK. The first one of a
    /// name counts.
    /// </summary>
    /// <param name="provider">The provider.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="provider"/> is null.</exception>
    public LlmResilienceBuilder AddProvider(EndpointProvider provider)
    {
        ArgumentNullException.ThrowIfNull(provider);
        if (!_providers.Exists(known => string.Equals(known.Name, provider.Name, StringComparison.OrdinalIgnoreCase)))
        {
            _providers.Add(provider);
        }

        return this;
    }

    /// <summary>Changes the chain's options, after the configuration.</summary>
    /// <param name="configure">Changes the options.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="configure"/> is null.</exception>
    public LlmResilienceBuilder Configure(Action<LlmResilienceOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        _configurations.Add(configure);
        return this;
    }

    /// <summary>
    /// Takes the chain's options, the endpoints and the routes, in the order of the lists <c>Endpoints</c> and <c>Routes</c>, from a section
    /// of the configuration, and follows its changes while the client lives. They come behind those that are there already.
    /// </summary>
    /// <remarks>
    /// A change applies to the next request: options, routes, and endpoints that were added or removed. An endpoint keeps its health unless its
    /// provider's settings changed (address, key, model), which make it another endpoint with a clean record. A change with a mistake in
    /// it is logged as an error and does nothing.
    /// </remarks>
    /// <param name="configuration">The section, for example <c>configuration.GetSection("LlmResilience")</c>.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="configuration"/> is null.</exception>
    public LlmResilienceBuilder Bind(IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        _path = configuration is IConfigurationSection { Path: var path } ? path : CodePath;
        _sections.Add(configuration);
        _configurations.Add(options => ConfigurationSections.Bind(ConfigurationSections.ReadChain(configuration).Valid, options));
        _endpoints.Add(() => configuration.GetSection(ConfigurationSections.EndpointsKey).GetChildren().Select(child => new ConfiguredEndpoint(child, _providers)));
        _routes.Add(() => ConfiguredRoutes.Read(configuration));
        return this;
    }

    /// <summary>Builds the client.</summary>
    /// <param name="services">The services that factories and providers are given; none if <see langword="null"/>.</param>
    /// <returns>The client.</returns>
    /// <exception cref="OptionsValidationException">An option is wrong, an endpoint's description is, or there is no endpoint.</exception>
    /// <exception cref="InvalidOperationException">An endpoint's factory resolves the client that is being built.</exception>
    public ResilientChatClient Build(IServiceProvider? services = null)
    {
        using var scope = BuildScope.Begin(this, Name);
        var timeProvider = TimeProvider ?? services?.GetService<TimeProvider>() ?? TimeProvider.System;
        var loggers = LoggerFactory ?? services?.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance;
        var telemetry = new ChainTelemetry(Name, loggers.CreateLogger(LogCategory), Events);
        var current = new CurrentRoutes();
        var appServices = services ?? EmptyServices.Instance;
        var clock = new MonotonicClock(timeProvider);
        var factory = new ChainFactory(new ChainContext(clock, telemetry), current, appServices, _providers);
        var prober = new EndpointProber(() => current.Endpoints, clock);
        var reloader = new ChainReloader(current, () =>
        {
            current.Replace(CreateRoutes(factory, services));
            prober.Follow();
        });
        reloader.Start(_sections);
        return new ResilientChatClient(current, new Router(current, _selectors, appServices), reloader, prober);
    }

    internal void Apply(LlmResilienceOptions options) => _configurations.ForEach(configure => configure(options));

    internal ChainBlueprint CreateBlueprint(LlmResilienceOptions options)
        => new(
            options,
            [.. _endpoints.SelectMany(static source => source())],
            [.. _routes.SelectMany(static source => source())],
            _path,
            _sections.SelectMany(static section => ConfigurationSections.ReadChain(section).Errors.Concat(ConfiguredRoutes.Check(section))));

    /// <summary>Whether the options, as they are now, want an endpoint to be probed.</summary>
    internal bool WantsActiveProbes(IServiceProvider services)
        => CreateBlueprint(FindOptions(services)).Endpoints.Any(static endpoint => endpoint.Options.ActiveProbe.Enabled);

    // With DI, what else the app registered for these options applies as well.
    private LlmResilienceOptions FindOptions(IServiceProvider? services)
        => Services is not null && services?.GetService<IOptionsFactory<LlmResilienceOptions>>() is { } registered
            ? registered.Create(Name)
            : CreateOptions();

    private RouteTable CreateRoutes(ChainFactory factory, IServiceProvider? services)
    {
        var options = FindOptions(services);
        var blueprint = CreateBlueprint(options);
        if (blueprint.Errors.Count > 0)
        {
            throw new OptionsValidationException(Name, typeof(LlmResilienceOptions), blueprint.Errors);
        }

        return factory.Create(options, blueprint);
    }

    private LlmResilienceOptions CreateOptions()
    {
        var options = new LlmResilienceOptions();
        Apply(options);
        return options;
    }
}
