using Microsoft.Extensions.AI;

namespace LlmResilience;

/// <summary>One endpoint at run time: its client, its settings, its health and its load.</summary>
internal sealed class Endpoint
{
    /// <summary>So many abandoned attempts that still hold on are a client that does not let go; more would only pile up.</summary>
    public const int MaxOrphans = 1000;

    private static readonly long LeaseMargin = TimeSpan.FromSeconds(5).Ticks;
    private static readonly long LongestLease = TimeSpan.FromDays(1).Ticks;

    private readonly EndpointTelemetry _telemetry;
    private volatile EndpointSettings _settings;
    private volatile bool _hasSentFinishReason;
    private volatile bool _hasSentFinishReasonInResponse;

    public Endpoint(string name, object identity, IChatClient client, EndpointSettings settings, EjectionPool pool, MonotonicClock clock, ChainTelemetry telemetry)
    {
        Name = name;
        Identity = identity;
        Client = client;
        _settings = settings;
        Clock = clock;
        Health = new EndpointHealth(settings.Ejection, pool);
        Answer = new AnsweringEndpoint(name, 1);
        _telemetry = telemetry.ForEndpoint(this);
    }

    public string Name { get; }

    /// <summary>What makes the client what it is; a reload that changes it makes a new endpoint.</summary>
    public object Identity { get; }

    public IChatClient Client { get; }

    public EndpointSettings Settings => _settings;

    public MonotonicClock Clock { get; }

    public EndpointHealth Health { get; }

    public EndpointLoad Load { get; } = new();

    public EndpointTelemetry Telemetry => _telemetry;

    /// <summary>The answer of a first attempt, the common case, made once.</summary>
    public AnsweringEndpoint Answer { get; }

    public bool RequiresFinishReason => Requires(_hasSentFinishReason);

    /// <summary>The same for a response that does not stream, learnt on its own: clients differ between the two.</summary>
    public bool RequiresFinishReasonInResponse => Requires(_hasSentFinishReasonInResponse);

    public void SawFinishReasonInResponse()
    {
        if (!_hasSentFinishReasonInResponse)
        {
            _hasSentFinishReasonInResponse = true;
        }
    }

    /// <summary>New options take effect with the next attempt; the health goes on.</summary>
    public void Reload(EndpointSettings settings, long now)
    {
        _settings = settings;
        Health.Reload(settings.Ejection, now);
    }

    public void SawFinishReason()
    {
        // Read first: the line stays shared among the cores.
        if (!_hasSentFinishReason)
        {
            _hasSentFinishReason = true;
        }
    }

    private bool Requires(bool hasSentOne) => Settings.RequireFinishReason switch
    {
        FinishReasonRequirement.Always => true,
        FinishReasonRequirement.Never => false,
        _ => hasSentOne,
    };

    /// <summary>Admits without a clock and without a lock if nothing at all is the matter with the endpoint.</summary>
    public bool TryAdmitHealthy(out Admission admission)
    {
        admission = default;
        return Load.Orphans < MaxOrphans && Health.TryAdmitHealthy(out admission);
    }

    public AdmissionResult TryAdmit(AdmissionRequest request, long now, bool streaming, out Admission admission)
    {
        if (Load.Orphans >= MaxOrphans)
        {
            admission = default;
            return AdmissionResult.Unavailable;
        }

        var limit = streaming ? Settings.FirstToken : Settings.Response;
        return Health.TryAdmit(request, now, limit == 0 ? LongestLease : limit + LeaseMargin, out admission);
    }

    public bool IsAvailable(long now) => Load.Orphans < MaxOrphans && Health.IsAvailable(now);

    public Failure Classify(Exception exception)
        => FailureClassification.Classify(exception, Settings.Classifiers, new FailureContext(Name, Clock.TimeProvider));

    public void BookSuccess(ref Admission admission, long now) => _telemetry.HealthChanged(Health.Succeeded(ref admission, now));

    /// <summary>Books a failure by its rule: into the health, as a cool-down, or not at all.</summary>
    public void BookFailure(in Admission admission, in Failure failure, long now)
    {
        if (Settings.CoolDownFor(failure) is { } coolDown && Health.CoolDown(now, coolDown, failure.Kind))
        {
            _telemetry.CoolDownBegan(failure, coolDown);
        }

        if (Settings.RuleFor(failure.Kind).CountsAgainstHealth)
        {
            _telemetry.HealthChanged(Health.Failed(admission, now, failure.Kind, failure.Kind == FailureKind.Overloaded ? failure.RetryAfter : null));
        }
        else
        {
            Health.Ignored(admission, now);
        }
    }

    /// <summary>The request's options for this endpoint: a copy of its own, since a client may change what it is given.</summary>
    public ChatOptions? OptionsFor(ChatOptions? options)
    {
        if (options is null)
        {
            return Settings.ModelId is { } model ? new ChatOptions { ModelId = model } : null;
        }

        var copy = options.Clone();
        copy.ModelId = Settings.ModelId ?? copy.ModelId;
        return copy;
    }
}
