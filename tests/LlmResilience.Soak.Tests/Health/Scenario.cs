using System.Globalization;
using System.Text;
using LlmResilience.Health;

namespace LlmResilience.Soak.Tests.Health;

internal enum Do
{
    Admit,
    FirstToken,
    Fail,
    Finish,
    Ignore,
    Advance,
    Regress,
    Look,
    CoolDown,
    Reload,
    Drain,
    Eject,
    Restore,
}

/// <summary>One event; what the value means depends on its kind.</summary>
internal sealed record Event(Do Kind, int Endpoint, int Value);

/// <summary>A sequence of events for two endpoints of a pool, played at the mechanism and at the model side by side.</summary>
internal sealed class Scenario(int settings, int share, IReadOnlyList<Event> events)
{
    private const int Endpoints = 2;

    private static readonly double[] Shares = [1, 0.5, 0];
    private static readonly long[] Advances = [0, 1, 2, 10, 50, 100, 200, 300, 500, 999, 1_000, 1_001, 2_000, 3_000, 4_999, 5_000, 9_999, 10_000, 10_001, 15_000, 20_000, 29_999, 30_000, 35_000, 60_000, 300_000];
    private static readonly long[] CoolDowns = [0, 1, 1_000, 10_000, 60_000];
    private static readonly long[] RetryAfters = [0, 1_000, 25_000, 1_000_000];
    private static readonly long Lease = TimeSpan.FromSeconds(35).Ticks;

    public IReadOnlyList<Event> Events => events;

    public long Ejections { get; private set; }

    /// <summary>Throws at the first event after which the two disagree.</summary>
    public bool Run()
    {
        var run = new Play(settings, Shares[share]);
        for (var i = 0; i < events.Count; i++)
        {
            run.Step(events[i], i);
        }

        for (var endpoint = 0; endpoint < Endpoints; endpoint++)
        {
            run.Look(endpoint, events.Count, "at the end");
        }

        Ejections = run.Ejections;
        return true;
    }

    /// <summary>Halves first, then single events, then simpler values.</summary>
    public IEnumerable<Scenario> Shrink()
    {
        for (var length = events.Count / 2; length >= 1; length /= 2)
        {
            for (var start = 0; start + length <= events.Count; start += length)
            {
                yield return new Scenario(settings, share, [.. events.Take(start), .. events.Skip(start + length)]);
            }
        }

        if (share > 0)
        {
            yield return new Scenario(settings, 0, events);
        }

        if (settings > 0)
        {
            yield return new Scenario(0, share, events);
        }

        for (var i = 0; i < events.Count; i++)
        {
            foreach (var simpler in new[] { events[i] with { Endpoint = 0 }, events[i] with { Value = 0 }, events[i] with { Value = events[i].Value / 2 } })
            {
                if (simpler != events[i])
                {
                    yield return new Scenario(settings, share, [.. events.Take(i), simpler, .. events.Skip(i + 1)]);
                }
            }
        }
    }

    public override string ToString()
    {
        var text = new StringBuilder().Append(CultureInfo.InvariantCulture, $"settings {ScenarioSettings.Describe(settings)}, at most {Shares[share]:P0} ejected").AppendLine();
        for (var i = 0; i < events.Count; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"{i,4}: {Describe(events[i])}").AppendLine();
        }

        return text.ToString();
    }

    private static string Describe(Event step)
    {
        var endpoint = "ab"[step.Endpoint];
        return step.Kind switch
        {
            Do.Admit => $"{endpoint}: admit {Request(step)}",
            Do.FirstToken or Do.Finish or Do.Ignore => $"{step.Kind} of open attempt {step.Value} (modulo their number)",
            Do.Fail => $"fail open attempt {step.Value} (modulo their number), Retry-After {RetryAfter(step)?.ToString() ?? "none"}",
            Do.Advance => $"{Advances[step.Value % Advances.Length]} ms pass",
            Do.Regress => $"the next event's thread is {step.Value} ms late",
            Do.CoolDown => $"{endpoint}: cool down for {CoolDowns[step.Value % CoolDowns.Length]} ms",
            Do.Reload => $"{endpoint}: reload {ScenarioSettings.Describe(step.Value % ScenarioSettings.Count)}",
            _ => $"{endpoint}: {step.Kind}",
        };
    }

    private static AdmissionRequest Request(Event step) => (AdmissionRequest)(step.Value % 8 < 6 ? 0 : (step.Value % 8) - 5);

    private static TimeSpan? RetryAfter(Event step)
        => step.Value % 5 == 4 ? TimeSpan.FromMilliseconds(RetryAfters[step.Value / 5 % RetryAfters.Length]) : null;

    private static Failure Failure(Event step) => new(Kind(step)) { RetryAfter = RetryAfter(step) };

    private static FailureKind Kind(Event step) => step.Value % 2 == 0 ? FailureKind.ServerError : FailureKind.Overloaded;

    private sealed class Play
    {
        private readonly EndpointHealth[] _real = new EndpointHealth[Endpoints];
        private readonly List<ModelEndpoint> _model = [];
        private readonly List<(int Endpoint, Admission Real, ModelAdmission Model)> _open = [];
        private long _now = TimeSpan.TicksPerHour;
        private long _late;

        public Play(int settings, double share)
        {
            var pool = new EjectionPool(share);
            for (var i = 0; i < Endpoints; i++)
            {
                var realDraws = 0L;
                var modelDraws = 0L;
                _real[i] = new EndpointHealth(ScenarioSettings.Get(settings), pool, () => ++realDraws * 7919);
                _model.Add(new ModelEndpoint(ScenarioSettings.Get(settings), () => ++modelDraws * 7919, _model, share));
            }

            pool.SetMembers(_real);
        }

        public long Ejections => _real.Sum(endpoint => endpoint.GetSnapshot(_now).EjectionCount);

        public void Step(Event step, int index)
        {
            var now = _now - _late;
            _late = 0;
            var at = $"at event {index} ({Describe(step)})";
            switch (step.Kind)
            {
                case Do.Advance:
                    _now += TimeSpan.TicksPerMillisecond * Advances[step.Value % Advances.Length];
                    break;
                case Do.Regress:
                    // Within one bucket: which bucket a late sample is in, and whether that one is still there, is the window's own affair.
                    _late = Math.Min(step.Value * TimeSpan.TicksPerMillisecond, _now % ScenarioSettings.SmallestBucket);
                    break;
                case Do.Admit:
                    var real = _real[step.Endpoint].TryAdmit(Request(step), now, Lease, out var admission);
                    Same(_model[step.Endpoint].Admit(Request(step), now, Lease, out var expected), real, at);
                    if (real == AdmissionResult.Admitted)
                    {
                        Same(expected.Role, admission.Role, at);
                        _open.Add((step.Endpoint, admission, expected));
                    }

                    break;
                case Do.FirstToken or Do.Fail or Do.Ignore or Do.Finish:
                    if (_open.Count > 0)
                    {
                        Result(step, now, at);
                    }

                    break;
                case Do.CoolDown:
                    var duration = TimeSpan.FromMilliseconds(CoolDowns[step.Value % CoolDowns.Length]);
                    Same(_model[step.Endpoint].CoolDown(now, duration, FailureKind.RateLimited), _real[step.Endpoint].CoolDown(now, duration, FailureKind.RateLimited), at);
                    break;
                case Do.Reload:
                    _real[step.Endpoint].Reload(ScenarioSettings.Get(step.Value % ScenarioSettings.Count), now);
                    _model[step.Endpoint].Reload(ScenarioSettings.Get(step.Value % ScenarioSettings.Count), now);
                    break;
                case Do.Drain:
                    _real[step.Endpoint].Drain();
                    _model[step.Endpoint].Drain();
                    break;
                case Do.Eject:
                    Same(_model[step.Endpoint].EjectByOperator(now), _real[step.Endpoint].Eject(now), at);
                    break;
                case Do.Restore:
                    _real[step.Endpoint].Restore(now);
                    _model[step.Endpoint].Restore(now);
                    break;
                default:
                    Look(step.Endpoint, index, at);
                    break;
            }
        }

        public void Look(int endpoint, int index, string at)
        {
            Same(_model[endpoint].Look(_now), _real[endpoint].GetSnapshot(_now), $"{at}, endpoint {"ab"[endpoint]}");
            _ = index;
        }

        private void Result(Event step, long now, string at)
        {
            var chosen = step.Value % _open.Count;
            var (endpoint, admission, model) = _open[chosen];
            switch (step.Kind)
            {
                case Do.FirstToken:
                    // It stays open: the stream may still break, or end.
                    var expected = _model[endpoint].Succeed(model, now);
                    Same(expected, _real[endpoint].Succeeded(ref admission, now), at);
                    Same(model.Role, admission.Role, at);
                    _open[chosen] = (endpoint, admission, model);
                    return;
                case Do.Fail:
                    Same(_model[endpoint].Fail(model, now, Failure(step)), _real[endpoint].Failed(admission, now, Failure(step)), at);
                    break;
                case Do.Ignore:
                    _model[endpoint].Ignore(model, now);
                    _real[endpoint].Ignored(admission, now);
                    break;
            }

            _open.RemoveAt(chosen);
        }

        private static void Same<T>(T expected, T actual, string at)
            => Assert.True(EqualityComparer<T>.Default.Equals(expected, actual), $"{at}:{Environment.NewLine}model     {expected}{Environment.NewLine}mechanism {actual}");
    }
}
