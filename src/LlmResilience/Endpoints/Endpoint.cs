using LlmResilience.Failures;
using LlmResilience.Health;
using LlmResilience.Telemetry;
using LlmResilience.Utilities;
using Microsoft.Extensions.AI;

namespace LlmResilience.Endpoints;

/// <summary>One endpoint at run time: its client, its settings, its health and its load.</summary>
/// <remarks>It is long and yet one idea, the place where these meet: each method is one door that a request, the operator or a prober comes through.</remarks>
internal sealed class Endpoint : IDisposable
{
    /// <summary>So many abandoned attempts that still hold on are a client that does not let go; more would only pile up.</summary>
    /// <remarks>A thousand is far more than the requests that one outage cuts, and of an idle stream's size still only a few megabytes.</remarks>
    public const int MaxAbandonedAttempts = 1000;

    // What a probe keeps its place for on top of its limit, so that the timeout books its failure before the lease ends.
    private static readonly long LeaseMargin = TimeSpan.FromSeconds(5).Ticks;
    private static readonly long LongestLease = TimeSpan.FromDays(1).Ticks;

    private readonly IChatClient _client;
    private readonly bool _leaveOpen;
    private volatile EndpointSettings _settings;
    private volatile bool _isRetired;

    public Endpoint(
        string name,
        object identity,
        IChatClient client,
        bool leaveOpen,
        EndpointSettings settings,
        EjectionPool pool,
        MonotonicClock clock,
        EndpointTelemetry telemetry,
        StateMemory states)
    {
        Name = name;
        Identity = identity;
        _client = client;
        Client = ClientFor(settings);
        _leaveOpen = leaveOpen;
        _settings = settings;
        Clock = clock;
        Health = new EndpointHealth(settings.Ejection, pool);
        Answer = new AnsweringEndpoint(name, 1);
        Telemetry = telemetry;
        States = states;
    }

    public string Name { get; }

    /// <summary>What makes the client what it is; a reload that changes it makes a new endpoint.</summary>
    public object Identity { get; }

    public IChatClient Client { get; private set; }

    public EndpointSettings Settings => _settings;

    public MonotonicClock Clock { get; }

    public EndpointHealth Health { get; }

    public EndpointLoad Load { get; } = new();

    public EndpointTelemetry Telemetry { get; }

    /// <summary>What of its client's endpoints has which conversation, job or file.</summary>
    public StateMemory States { get; }

    /// <summary>It, as a holder of state.</summary>
    public StateHolder Holder => new(Name, Settings.StateGroup);

    /// <summary>The answer of a first attempt, the common case, made once.</summary>
    public AnsweringEndpoint Answer { get; }

    /// <summary>So many abandoned attempts have not ended that the endpoint is given no more.</summary>
    public bool IsChoked => Load.Abandoned >= MaxAbandonedAttempts;

    /// <summary>A reload has removed it, or its client is disposed: nobody asks it any more.</summary>
    public bool IsRetired => _isRetired;

    /// <summary>What its client has been seen to do.</summary>
    public ClientHabits Habits { get; } = new();

    public bool RequiresFinishReason => Requires(Habits.SendsFinishReason);

    public bool RequiresFinishReasonInResponse => Requires(Habits.SendsFinishReasonInResponse);

    /// <summary>New options take effect with the next attempt; the health goes on.</summary>
    public void Reload(EndpointSettings settings, long now)
    {
        _settings = settings;
        Client = ClientFor(settings);
        Health.Reload(settings.Ejection, now);
    }

    /// <summary>Admits without a clock and without a lock if nothing at all is the matter with the endpoint.</summary>
    public bool TryAdmitHealthy(out Admission admission)
    {
        admission = default;
        return !IsChoked && Health.TryAdmitHealthy(out admission);
    }

    public AdmissionResult TryAdmit(AdmissionRequest request, long now, bool isStreaming, out Admission admission)
    {
        if (TryAdmitHealthy(out admission))
        {
            return AdmissionResult.Admitted;
        }

        var result = TryAdmitQuietly(request, now, isStreaming, out admission);
        TellState(now);
        return result;
    }

    /// <summary>The same, where nobody may be told of a change of state that is noticed on the way.</summary>
    public AdmissionResult TryAdmitQuietly(AdmissionRequest request, long now, bool isStreaming, out Admission admission)
    {
        if (IsChoked)
        {
            admission = default;
            return AdmissionResult.Unavailable;
        }

        var limit = isStreaming ? Settings.FirstToken : Settings.Response;
        return Health.TryAdmit(request, now, limit == 0 ? LongestLease : limit + LeaseMargin, out admission);
    }

    /// <summary>Admits a probe before the ejection's time is over, if the endpoint is out for its own failures alone.</summary>
    public bool TryAdmitAhead(long now, out Admission admission)
    {
        admission = default;
        return !IsChoked && Health.TryAdmitAhead(now, out admission);
    }

    /// <summary>A probe keeps its place until its attempt's own limit has cut it.</summary>
    public void HoldProbe(in Admission admission, long due)
    {
        if (admission.Role == AdmissionRole.Probe)
        {
            var now = Clock.Now;
            Health.HoldProbe(admission, Ticks.Add(Math.Min(due, Ticks.Add(now, LongestLease)), LeaseMargin), now);
        }
    }

    /// <summary>Admits although the endpoint is not well, unless it must be left alone.</summary>
    /// <remarks>Of attempts in flight at an endpoint that is not well, all may come to be abandoned: both together are bounded.</remarks>
    public bool TryAdmitUnchecked(long now, Leniency leniency)
        => leniency != Leniency.None && Load.InFlight + Load.Abandoned < MaxAbandonedAttempts && Health.TryAdmitUnchecked(now, leniency);

    public bool IsAvailable(long now) => !IsChoked && Health.IsAvailable(now);

    public Failure Classify(Exception exception)
        => FailureClassification.Classify(exception, Settings.Classifiers, new FailureClassifierContext(Name, Clock.TimeProvider));

    public void BookSuccess(ref Admission admission, long now)
    {
        var change = Health.Succeeded(ref admission, now);
        if (change.Kind != HealthChangeKind.None)
        {
            Tell(change, now);
        }
    }

    /// <summary>Books a failure by its rule: into the health, as a cool-down, or not at all.</summary>
    public void BookFailure(in Admission admission, in Failure failure, long now)
    {
        // The books first, and only then who wants to hear of it.
        var coolDown = Settings.CoolDownFor(failure);
        var coolDownBegan = coolDown is { } duration && Health.CoolDown(now, duration, failure.Kind);
        var change = HealthChange.None;
        if (Settings.RuleFor(failure.Kind).CountsAgainstHealth)
        {
            change = Health.Failed(admission, now, failure);
        }
        else
        {
            Health.Ignored(admission, failure, now);
        }

        if (coolDownBegan)
        {
            Telemetry.CoolDownBegan(failure, coolDown.GetValueOrDefault());
        }

        Tell(change, now);
    }

    /// <summary>The operator takes it out until <see cref="Restore"/>.</summary>
    public void Drain()
    {
        Health.Drain();
        TellState(Clock.Now);
    }

    /// <summary>The operator ejects it.</summary>
    public void Eject()
    {
        var now = Clock.Now;
        Tell(Health.Eject(now), now);
    }

    /// <summary>The operator puts it back.</summary>
    public void Restore()
    {
        var now = Clock.Now;
        Health.Restore(now);
        if (_isRetired)
        {
            // The operator found it just before it was removed.
            Health.Drain();
        }

        TellState(now);
    }

    /// <summary>Nobody asks it any more, whichever chain a request has. What is in flight goes on.</summary>
    public void Retire()
    {
        _isRetired = true;
        Health.Drain();
    }

    public EndpointSnapshot GetSnapshot()
    {
        var now = Clock.Now;
        TellState(now);
        return new EndpointSnapshot(Health.GetSnapshot(now), Clock)
        {
            Name = Name,
            Priority = Settings.Priority,
            ModelId = Settings.ModelId,
            AverageTimeToFirstToken = Load.FirstToken,
            ActiveAttempts = Load.InFlight,
            AbandonedAttempts = Load.Abandoned,
        };
    }

    /// <summary>The request's options for this endpoint: a copy of its own, since a client may change what it is given, without what is ours.</summary>
    public ChatOptions? OptionsFor(ChatOptions? options)
    {
        if (options is null)
        {
            return Settings.ModelId is { } model ? new ChatOptions { ModelId = model } : null;
        }

        var copy = options.Clone();
        copy.ModelId = Settings.ModelId ?? copy.ModelId;
        return RequestProperties.RemoveFrom(copy);
    }

    /// <summary>The request's messages for this endpoint: without the reasoning that another one has signed or encrypted.</summary>
    public IReadOnlyList<ChatMessage> MessagesFor(IReadOnlyList<ChatMessage> messages) => SignedReasoning.LeaveOutForeign(messages, this);

    /// <summary>Whether what that endpoint has signed, or keeps, is known here too.</summary>
    public bool SharesStateWith(string endpointName)
        => string.Equals(endpointName, Name, StringComparison.Ordinal) || (Settings.StateGroup is not null && States.HolderOf(endpointName).Includes(this));

    /// <summary>Disposes its client, unless that is somebody else's to do.</summary>
    public void Dispose()
    {
        if (!_leaveOpen)
        {
            _client.Dispose();
        }
    }

    // Reads of a reference are whole, and an attempt that still gets the other one is right with either.
    private IChatClient ClientFor(EndpointSettings settings) => settings.RunOnThreadPool ? new ThreadPoolChatClient(_client) : _client;

    private bool Requires(bool hasSentOne) => Settings.RequireFinishReason switch
    {
        FinishReasonRequirement.Always => true,
        FinishReasonRequirement.Never => false,
        _ => hasSentOne,
    };

    /// <summary>Tells what has changed in its health, if anything has.</summary>
    public void Tell(in HealthChange change, long now)
    {
        Telemetry.HealthChanged(change);
        TellState(now);
    }

    /// <summary>Tells of a change of its state, if there was one that nobody has told.</summary>
    public void TellState(long now)
    {
        if (Telemetry.WantsStates && Health.TryNoteState(now, out var from, out var to))
        {
            Telemetry.StateChanged(from, to);
        }
    }
}
