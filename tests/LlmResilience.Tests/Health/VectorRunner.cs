using System.Globalization;
using System.Text.Json.Nodes;
using LlmResilience.Health;

namespace LlmResilience.Tests.Health;

/// <summary>Drives the ejection mechanism by one vector's timeline and compares what is seen.</summary>
internal sealed class VectorRunner
{
    private readonly JsonObject _vector;
    private readonly JsonObject _options;
    private readonly EjectionPool _pool = new();
    private readonly Dictionary<string, EndpointHealth> _endpoints = [];

    // Bound to the instance that admitted them: an endpoint that is removed and added again is another one.
    private readonly Dictionary<string, (EndpointHealth Endpoint, Admission Admission, bool Booked)> _requests = [];
    private readonly Queue<long> _draws;
    private long _now;
    private string _at = "";

    public VectorRunner((JsonObject Vector, JsonObject Defaults) source)
    {
        _vector = source.Vector;
        _options = Merge(source.Defaults, _vector["options"] as JsonObject);
        _draws = new Queue<long>((_options["jitterDraws"] as JsonArray ?? []).Select(draw => (long)draw!));
        VectorOptions.RefuseUnsupported(_options);
        foreach (var name in (_vector["endpoints"] as JsonArray)?.Select(name => (string)name!) ?? ["a"])
        {
            Add(name);
        }
    }

    public void Run()
    {
        foreach (var step in _vector["events"]!.AsArray().Select(step => step!.AsObject()))
        {
            _now = (long)step["t_ms"]! * TimeSpan.TicksPerMillisecond;
            _at = string.Create(CultureInfo.InvariantCulture, $"{_vector["name"]} at {step["t_ms"]} ms: {step.ToJsonString()}");
            if (step["expect"] is JsonObject expected)
            {
                Expect(_endpoints[EndpointOf(step)].GetSnapshot(_now), expected);
            }
            else if (step["expect_pool"] is JsonObject expectedPool)
            {
                ExpectPool(expectedPool);
            }
            else
            {
                Do(step);
            }
        }
    }

    private static JsonObject Merge(JsonObject into, JsonObject? overrides)
    {
        var merged = into.DeepClone().AsObject();
        foreach (var (key, value) in overrides ?? [])
        {
            merged[key] = value is JsonObject nested && merged[key] is JsonObject inner ? Merge(inner, nested) : value?.DeepClone();
        }

        return merged;
    }

    private string EndpointOf(JsonObject step) => (string?)step["endpoint"] ?? _endpoints.Keys.First();

    private void Add(string name)
    {
        _endpoints[name] = new EndpointHealth(VectorOptions.Settings(_options), _pool, () => _draws.TryDequeue(out var draw) ? draw : 0);
        _pool.MaxEjectedRatio = VectorOptions.MaxEjectedRatio(_options);
        _pool.SetMembers(_endpoints.Values);
    }

    private void Do(JsonObject step)
    {
        var name = EndpointOf(step);
        var count = (int?)step["count"] ?? 1;
        switch ((string)step["do"]!)
        {
            case "outcome":
                for (var i = 0; i < count; i++)
                {
                    var admission = AdmitOutcome(_endpoints[name]);
                    Finish(_endpoints[name], ref admission, booked: false, step);
                }

                break;
            case "start":
                for (var i = 0; i < count; i++)
                {
                    Start(name, step, count == 1 ? (string)step["id"]! : (string)step["id"]! + i);
                }

                break;
            case "first_token":
                var started = _requests[(string)step["id"]!];
                started.Endpoint.Succeeded(ref started.Admission, _now);
                _requests[(string)step["id"]!] = started with { Booked = true };
                break;
            case "finish":
                for (var i = 0; i < count; i++)
                {
                    Assert.True(_requests.Remove(count == 1 ? (string)step["id"]! : (string)step["id"]! + i, out var request), _at);
                    Finish(request.Endpoint, ref request.Admission, request.Booked, step);
                }

                break;
            case "active_check":
                _endpoints[name].SetActive((string)step["result"]! == "healthy", (bool)_options["activeSuccessUnejects"]!, _now);
                break;
            case "config":
                Reconfigure(step);
                break;
            case "remove":
                _endpoints.Remove(name);
                _pool.SetMembers(_endpoints.Values);
                break;
            case "add":
                Add(name);
                break;
            case "wall_clock_jump":
                break; // The mechanism is never given the wall clock.
            case "tick":
                break; // Only the interval detectors tick, which are not part of it.
            default:
                Assert.Fail($"Unknown event. {_at}");
                break;
        }
    }

    private Admission AdmitOutcome(EndpointHealth endpoint)
    {
        var phase = endpoint.GetSnapshot(_now).Phase;
        if (phase is EjectionPhase.Healthy or EjectionPhase.Ramping)
        {
            // A normal admission, whatever the cool-down says: what is refused here is of the present generation as well.
            endpoint.TryAdmitHealthy(out var normal);
            return normal;
        }

        return phase == EjectionPhase.Probing && endpoint.TryAdmit(AdmissionRequest.Normal, _now, Lease, out var probe) == AdmissionResult.Admitted ? probe : default;
    }

    private long Lease => (long)_options["probeLeaseMs"]! * TimeSpan.TicksPerMillisecond;

    private void Start(string name, JsonObject step, string id)
    {
        var endpoint = _endpoints[name];
        var result = endpoint.TryAdmit(AdmissionRequest.AnyShare, _now, Lease, out var admission);
        var isAdmitted = result == AdmissionResult.Admitted || endpoint.TryAdmitUnchecked(_now, Leniency);
        if ((string?)step["admitted"] is { } expected)
        {
            var seen = admission.Role switch
            {
                _ when !isAdmitted => "rejected",
                AdmissionRole.Probe => "probe",
                AdmissionRole.Unchecked => "panic",
                _ => "normal",
            };
            Assert.True(expected == seen, $"admitted: expected {expected}, seen {seen}. {_at}");
        }

        if (isAdmitted)
        {
            _requests[id] = (endpoint, admission, false);
        }
    }

    private void Finish(EndpointHealth endpoint, ref Admission admission, bool booked, JsonObject step)
    {
        var retryAfter = (long?)step["retry_after_ms"] is { } milliseconds ? TimeSpan.FromMilliseconds(milliseconds) : (TimeSpan?)null;
        switch ((string)step["kind"]!)
        {
            case "success" or "slow":
                if (!booked)
                {
                    endpoint.Succeeded(ref admission, _now);
                }

                break;
            case "failure" or "gateway_error" or "local_error" or "first_token_timeout" or "stall":
                if (retryAfter is { } wait)
                {
                    endpoint.CoolDown(_now, VectorOptions.Cap(_options, wait), FailureKind.Overloaded);
                }

                endpoint.Failed(admission, _now, FailureOf((string)step["kind"]!, retryAfter));
                break;
            case "rate_limited":
                var coolDown = retryAfter ?? TimeSpan.FromMilliseconds((long)_options["rateLimitDefaultMs"]!);
                endpoint.CoolDown(_now, VectorOptions.Cap(_options, coolDown), FailureKind.RateLimited);
                endpoint.Ignored(admission, new Failure(FailureKind.RateLimited), _now);
                break;
            case "client_error" or "connect_ok":
                // What is connected to has answered, if only with a refusal: the library sees no connection but by its answer.
                endpoint.Ignored(admission, new Failure(FailureKind.InvalidRequest) { StatusCode = 400 }, _now);
                break;
            case "cancelled" or "deadline_censored" or "excluded":
                endpoint.Ignored(admission, _now);
                break;
            default:
                Assert.Fail($"Unknown kind. {_at}");
                break;
        }
    }

    private static Failure FailureOf(string kind, TimeSpan? retryAfter) => kind switch
    {
        "gateway_error" => new(FailureKind.Overloaded) { StatusCode = 503, RetryAfter = retryAfter },
        "local_error" => new(FailureKind.ConnectionFailed),
        "first_token_timeout" => new(FailureKind.FirstTokenTimeout),
        "stall" => new(FailureKind.StreamStalled),
        _ => new(FailureKind.Overloaded) { StatusCode = 529, RetryAfter = retryAfter },
    };

    private void Reconfigure(JsonObject step)
    {
        var changed = Merge(_options, step["options"] as JsonObject);
        var errors = VectorOptions.Validate(changed);
        if ((bool?)step["error"] == true)
        {
            Assert.NotEmpty(errors);
            return;
        }

        Assert.Empty(errors);
        foreach (var (key, value) in changed)
        {
            _options[key] = value?.DeepClone();
        }

        _pool.MaxEjectedRatio = VectorOptions.MaxEjectedRatio(_options);
        foreach (var endpoint in _endpoints.Values)
        {
            endpoint.Reload(VectorOptions.Settings(_options), _now);
        }
    }

    private void Expect(HealthSnapshot seen, JsonObject expected)
    {
        foreach (var (key, value) in expected)
        {
            object? actual = key switch
            {
                "state" => seen.Phase switch
                {
                    EjectionPhase.Healthy => "closed",
                    EjectionPhase.Ejected => "ejected",
                    EjectionPhase.Probing => "probing",
                    _ => "ramping",
                },
                "k" => (double)seen.Multiplier,
                "ejected_for_ms" => seen.EjectionDuration?.TotalMilliseconds,
                "remaining_ms" => seen.EjectedUntil is { } until ? TimeSpan.FromTicks(Math.Max(0, until - SeenAt)).TotalMilliseconds : null,
                "available" => seen.IsAvailable,
                "window_total" => (double)seen.SampleCount,
                "window_failures" => (double)seen.FailureCount,
                "consecutive" => (double)seen.ConsecutiveFailures,
                "weight" => seen.AdmittedRatio,
                "reason" => seen.EjectionReason switch
                {
                    EjectionReason.ConsecutiveFailures => "consecutive",
                    EjectionReason.FailureRatio => "failure_ratio",
                    EjectionReason.ConsecutiveGatewayFailures => "consecutive_gateway",
                    EjectionReason.ConsecutiveConnectionFailures => "consecutive_local",
                    EjectionReason.ProbeFailed => "probe",
                    _ => null,
                },
                "ejections" => (double)seen.EjectionCount,
                "overflows" => (double)seen.RefusedEjectionCount,
                "throttled_for_ms" => seen.CoolDownUntil is { } cool ? TimeSpan.FromTicks(cool - _now).TotalMilliseconds : 0d,
                "probes_in_flight" => (double)seen.ProbesInFlight,
                _ => throw new NotSupportedException($"Unknown expectation '{key}'. {_at}"),
            };
            object? wanted = value?.GetValueKind() switch
            {
                System.Text.Json.JsonValueKind.String => (string)value!,
                System.Text.Json.JsonValueKind.True or System.Text.Json.JsonValueKind.False => (bool)value!,
                System.Text.Json.JsonValueKind.Number => (double)value!,
                _ => null,
            };
            Assert.True(Equals(wanted, actual), $"{key}: expected {wanted ?? "null"}, seen {actual ?? "null"}. {_at}");
        }
    }

    // The endpoint's own clock never runs backwards, so what remains is counted from the latest instant it has seen.
    private long SeenAt => _latest = Math.Max(_latest, _now);

    private long _latest;

    private bool IsPanic => _pool.IsPanic(_now, (double)_options["panicThresholdPercent"]! / 100);

    // As a chain of all endpoints has it.
    private Leniency Leniency
    {
        get
        {
            if (!IsPanic)
            {
                return Leniency.None;
            }

            return _endpoints.Values.Any(endpoint => endpoint.TryAdmitUnchecked(_now, Leniency.Ejection)) ? Leniency.Ejection : Leniency.EjectionAndActiveProbes;
        }
    }

    private void ExpectPool(JsonObject expected)
    {
        var panic = IsPanic;
        foreach (var (key, value) in expected)
        {
            switch (key)
            {
                case "active_ejections":
                    Assert.Equal((int)value!, _endpoints.Values.Count(endpoint => endpoint.GetSnapshot(_now).Phase is EjectionPhase.Ejected or EjectionPhase.Probing));
                    break;
                case "allowed":
                    Assert.Equal((int)value!, _pool.AllowedEjections);
                    break;
                case "panic":
                    Assert.Equal((bool)value!, panic);
                    break;
                case "eligible":
                    Assert.Equal(
                        value!.AsArray().Select(name => (string)name!),
                        _endpoints.Where(endpoint => endpoint.Value.IsAvailable(_now) || endpoint.Value.TryAdmitUnchecked(_now, Leniency)).Select(endpoint => endpoint.Key));
                    break;
                default:
                    Assert.Fail($"Unknown expectation '{key}'. {_at}");
                    break;
            }
        }
    }
}
