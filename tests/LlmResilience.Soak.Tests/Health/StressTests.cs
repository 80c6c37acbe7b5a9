using LlmResilience.Health;

namespace LlmResilience.Soak.Tests.Health;

/// <summary>Many threads at one endpoint's health, on a clock that jumps: what must hold at every instant, whoever comes when.</summary>
public sealed class StressTests
{
    private const int Threads = 8;

    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    // Longer than any run: a probe keeps its place until it reports.
    private static readonly long NoLeaseEnd = TimeSpan.FromDays(10_000).Ticks;

    private long _now = TimeSpan.TicksPerHour;

    private long Now => Volatile.Read(ref _now);

    [Fact]
    public void Only_one_probe_is_out_at_a_time_and_every_ejection_is_one_step_that_never_gets_shorter()
    {
        var pool = new EjectionPool();
        var health = Health(pool, options =>
        {
            options.RampUpDuration = TimeSpan.FromSeconds(1);
            options.ConsecutiveFailureThreshold = 2;
        });
        var probing = 0;
        var probes = 0;
        var ejections = 0;
        RunThreads(
            () => Volatile.Read(ref probes) > 10 && Volatile.Read(ref ejections) > 10,
            random =>
            {
                // Time passes as work is done, however many cores there are.
                if (random.Next(20) == 0)
                {
                    Jump(random);
                }

                if (health.TryAdmit(AdmissionRequest.Normal, Now, NoLeaseEnd, out var admission) != AdmissionResult.Admitted)
                {
                    return;
                }

                if (admission.Role == AdmissionRole.Probe)
                {
                    Interlocked.Increment(ref probes);
                    Assert.Equal(1, Interlocked.Increment(ref probing));
                    Thread.Yield();
                    Assert.Equal(0, Interlocked.Decrement(ref probing));
                }

                Report(health, admission, random);
            },
            // The same, but as one step of the machine, so that before and after can be compared. What the next ejection
            // takes, time and a probe, it brings about itself, unless another has the probe.
            random =>
            {
                lock (pool.Lock)
                {
                    if (health.TryAdmit(AdmissionRequest.Normal, Now, NoLeaseEnd, out var admission) != AdmissionResult.Admitted)
                    {
                        Jump(random);
                        return;
                    }

                    if (admission.Role == AdmissionRole.Probe)
                    {
                        Assert.Equal(0, Volatile.Read(ref probing));
                        Report(health, admission, random);
                        return;
                    }

                    var now = Now;
                    var before = health.GetSnapshot(now);
                    var change = health.Failed(admission, now, new Failure(FailureKind.ServerError));
                    var after = health.GetSnapshot(now);
                    if (change.Kind == HealthChangeKind.Ejected)
                    {
                        Interlocked.Increment(ref ejections);
                        Assert.Equal(Math.Min(before.Multiplier + 1, 4), after.Multiplier);
                        Assert.Equal(after.Multiplier, change.Multiplier);
                        Assert.Equal(before.EjectionCount + 1, after.EjectionCount);
                        Assert.Null(before.EjectedUntil);
                        Assert.Equal(now + (after.Multiplier * TimeSpan.TicksPerSecond), after.EjectedUntil);
                    }
                    else
                    {
                        Assert.Equal((before.Multiplier, before.EjectionCount, before.EjectedUntil), (after.Multiplier, after.EjectionCount, after.EjectedUntil));
                    }
                }
            },
            Watch(health));

        Assert.True(probes > 10 && ejections > 10, $"Too little happened: {probes} probes, {ejections} ejections.");
    }

    [Fact]
    public void Results_of_an_older_generation_change_nothing()
    {
        var pool = new EjectionPool();
        var health = Health(pool, _ => { });
        var stale = 0;
        RunThreads(
            () => Volatile.Read(ref stale) > 10,
            random =>
            {
                // Admitted, and reported after whatever has happened meanwhile.
                if (health.TryAdmit(AdmissionRequest.Normal, Now, NoLeaseEnd, out var admission) == AdmissionResult.Admitted)
                {
                    Thread.Yield();
                    lock (pool.Lock)
                    {
                        if (admission.Role == AdmissionRole.Normal && admission.Generation != Generation(health))
                        {
                            var now = Now;
                            var before = health.GetSnapshot(now);
                            Assert.Equal(HealthChange.None, random.Next(2) == 0 ? health.Failed(admission, now, new Failure(FailureKind.ServerError)) : health.Succeeded(ref admission, now));
                            Assert.Equal(Frozen(before), Frozen(health.GetSnapshot(now)));
                            Interlocked.Increment(ref stale);
                            return;
                        }
                    }

                    Report(health, admission, random);
                }
            },
            random =>
            {
                Thread.Sleep(random.Next(2));
                switch (random.Next(4))
                {
                    case 0:
                        health.Eject(Now);
                        break;
                    case 1:
                        health.Restore(Now);
                        break;
                    default:
                        Jump(random);
                        break;
                }
            });

        Assert.True(stale > 10, $"Only {stale} results came late.");

        // Successes of the present generation take no lock, and may be booked between the two looks.
        static HealthSnapshot Frozen(HealthSnapshot snapshot) => snapshot with { SampleCount = 0, ConsecutiveFailures = 0 };
    }

    [Fact]
    public void No_sample_is_lost_and_none_is_counted_twice()
    {
        var pool = new EjectionPool();
        var health = Health(pool, options =>
        {
            options.FailureRatio = 0;
            options.ConsecutiveFailureThreshold = 0;
            options.Window = TimeSpan.FromHours(10);
        });
        long recorded = 0, failed = 0, begun = 0;
        RunThreads(
            () => true,
            random =>
            {
                Assert.Equal(AdmissionResult.Admitted, health.TryAdmit(AdmissionRequest.Normal, Now, NoLeaseEnd, out var admission));
                Interlocked.Increment(ref begun);
                if (random.Next(4) == 0)
                {
                    Interlocked.Increment(ref failed);
                    health.Failed(admission, Now, new Failure(FailureKind.ServerError));
                }
                else
                {
                    health.Succeeded(ref admission, Now);
                }

                // Far below what one word of one core counts.
                if (Interlocked.Increment(ref recorded) > 50_000)
                {
                    Thread.Sleep(1);
                }
            },
            _ => Assert.True(health.GetSnapshot(Now).SampleCount <= Volatile.Read(ref begun)),
            random =>
            {
                // An hour's buckets, crossed again and again; never as far as the window.
                if (Now < TimeSpan.TicksPerHour * 9)
                {
                    Interlocked.Add(ref _now, random.Next(10) * TimeSpan.TicksPerSecond);
                }
            });

        var last = health.GetSnapshot(Now);
        Assert.Equal((recorded, failed), (last.SampleCount, last.FailureCount));
    }

    [Fact]
    public void Whatever_operators_reloads_and_cool_downs_do_meanwhile_it_comes_back()
    {
        var pool = new EjectionPool(0.5);
        EndpointHealth[] all = [Health(pool, _ => { }), Health(pool, _ => { })];
        pool.SetMembers(all);
        var otherSettings = Settings(options =>
        {
            options.Window = TimeSpan.FromSeconds(3);
            options.MaxConcurrentProbes = 3;
            options.RequiredProbeSuccesses = 2;
        });
        var settings = Settings(_ => { });
        var lease = TimeSpan.FromSeconds(2).Ticks;
        RunThreads(
            () => true,
            random =>
            {
                var health = all[random.Next(2)];
                if (health.TryAdmit((AdmissionRequest)random.Next(3), Now, lease, out var admission) == AdmissionResult.Admitted)
                {
                    Report(health, admission, random);
                }
            },
            random =>
            {
                var health = all[random.Next(2)];
                switch (random.Next(7))
                {
                    case 0:
                        health.Eject(Now);
                        break;
                    case 1:
                        health.Restore(Now);
                        break;
                    case 2:
                        health.Reload(random.Next(2) == 0 ? settings : otherSettings, Now);
                        break;
                    case 3:
                        health.CoolDown(Now, TimeSpan.FromSeconds(random.Next(5)), FailureKind.RateLimited);
                        break;
                    case 4:
                        health.Drain();
                        break;
                    default:
                        Jump(random);
                        break;
                }

                Assert.InRange(health.GetSnapshot(Now).ProbesInFlight, 0, 3);
                Assert.True(health.ReturnsAt(Now) >= 0);
            });

        foreach (var health in all)
        {
            health.Reload(settings, Now);
            health.Restore(Now);
            Assert.Equal(AdmissionResult.Admitted, health.TryAdmit(AdmissionRequest.Normal, Now, lease, out _));
            Assert.Equal((EndpointState.Healthy, 0, 0), (health.GetSnapshot(Now).State, health.GetSnapshot(Now).Multiplier, health.GetSnapshot(Now).ProbesInFlight));
        }
    }

    private static EjectionSettings Settings(Action<EjectionOptions> change)
    {
        var options = new EjectionOptions
        {
            JitterRatio = 0,
            BaseEjectionTime = TimeSpan.FromSeconds(1),
            MaxEjectionTime = TimeSpan.FromSeconds(4),
            MultiplierDecayInterval = TimeSpan.FromSeconds(5),
        };
        change(options);
        return EjectionSettings.From(options);
    }

    private static EndpointHealth Health(EjectionPool pool, Action<EjectionOptions> change)
    {
        var health = new EndpointHealth(Settings(change), pool);
        pool.SetMembers([health]);
        return health;
    }

    private uint Generation(EndpointHealth health)
    {
        // What has lapsed takes effect at a look; the admission that is refused then tells the generation as one that is granted does.
        health.GetSnapshot(Now);
        health.TryAdmitHealthy(out var admission);
        return admission.Generation;
    }

    private void Report(EndpointHealth health, Admission admission, Random random)
    {
        switch (random.Next(5))
        {
            case 0:
                health.Ignored(admission, Now);
                break;
            case < 3:
                health.Failed(admission, Now, new Failure(FailureKind.ServerError));
                break;
            default:
                health.Succeeded(ref admission, Now);
                break;
        }
    }

    private void Jump(Random random)
    {
        Interlocked.Add(ref _now, random.Next(100) switch
        {
            0 => TimeSpan.TicksPerSecond * 10,
            < 20 => TimeSpan.TicksPerSecond / 2,
            _ => TimeSpan.TicksPerMillisecond,
        });
    }

    private Action<Random> Watch(EndpointHealth health)
    {
        var last = new ThreadLocal<HealthSnapshot>(() => health.GetSnapshot(Now));
        return _ =>
        {
            var before = last.Value;
            var next = health.GetSnapshot(Now);
            Assert.InRange(next.ProbesInFlight, 0, 1);
            Assert.InRange(next.Multiplier, 0, 4);
            Assert.True(next.Multiplier - before.Multiplier <= next.EjectionCount - before.EjectionCount, "k grew by more than one for each ejection");
            if (next.EjectionCount == before.EjectionCount && before.EjectedUntil is not null && next.EjectedUntil is not null)
            {
                Assert.Equal(before.EjectedUntil, next.EjectedUntil);
                Assert.Equal(before.Multiplier, next.Multiplier);
            }

            last.Value = next;
        };
    }

    /// <summary>The first action on half of the threads, the others on the rest in turn; until the time is over and enough has happened, or one has failed.</summary>
    private static void RunThreads(Func<bool> enough, params Action<Random>[] actions)
    {
        Exception? failure = null;
        var start = Environment.TickCount64;
        var threads = Enumerable.Range(0, Threads).Select(i => new Thread(() =>
        {
            var random = new Random(i);
            var action = i % 2 == 0 ? actions[0] : actions[1 + (i / 2 % (actions.Length - 1))];
            try
            {
                while (Volatile.Read(ref failure) is null && GoesOn(Environment.TickCount64 - start))
                {
                    action(random);
                    if (random.Next(20) == 0)
                    {
                        // Else whoever has the only core keeps it for a time slice, also with nothing to do until another thread reports its probe.
                        Thread.Yield();
                    }
                }
            }
            catch (Exception exception)
            {
                Interlocked.CompareExchange(ref failure, exception, null);
            }
        })).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        if (failure is not null)
        {
            throw new InvalidOperationException("A thread found a broken invariant.", failure);
        }

        // On a busy machine it takes longer until enough has happened.
        bool GoesOn(long milliseconds) => milliseconds < Duration.TotalMilliseconds || (milliseconds < Patience.TotalMilliseconds && !enough());
    }
}
