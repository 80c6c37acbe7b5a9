using LlmResilience.Health;

namespace LlmResilience.Tests.Health;

/// <summary>An endpoint's health with the defaults but for the jitter, asked in seconds.</summary>
internal sealed class TestedHealth
{
    private readonly EjectionOptions _options = new() { JitterRatio = 0 };

    public TestedHealth(EjectionPool pool, Action<EjectionOptions>? configure = null, Func<long>? drawJitter = null)
    {
        configure?.Invoke(_options);
        Health = new EndpointHealth(EjectionSettings.From(_options), pool, drawJitter);
        pool.SetMembers(pool.Members.Append(Health));
    }

    public EndpointHealth Health { get; }

    public static long Ticks(double seconds) => (long)(seconds * TimeSpan.TicksPerSecond);

    public HealthSnapshot At(double second) => Health.GetSnapshot(Ticks(second));

    public Admission Admit(double second, double lease = 5)
    {
        Assert.Equal(AdmissionResult.Admitted, Health.TryAdmit(AdmissionRequest.Normal, Ticks(second), Ticks(lease), out var admission));
        return admission;
    }

    public Admission AdmitAhead(double second)
    {
        Assert.True(Health.TryAdmitAhead(Ticks(second), out var admission));
        return admission;
    }

    public HealthChange Fail(Admission admission, double second) => Health.Failed(admission, Ticks(second), new Failure(FailureKind.ServerError));

    public HealthChange Succeed(Admission admission, double second) => Health.Succeeded(ref admission, Ticks(second));

    public bool CoolDown(double second, double seconds, FailureKind reason = FailureKind.RateLimited)
        => Health.CoolDown(Ticks(second), TimeSpan.FromSeconds(seconds), reason);

    public void Eject(double second) => Health.Eject(Ticks(second));

    public void Restore(double second) => Health.Restore(Ticks(second));

    public void Reload(double second, Action<EjectionOptions> change)
    {
        change(_options);
        Reload(second, EjectionSettings.From(_options));
    }

    public void Reload(double second, EjectionSettings settings) => Health.Reload(settings, Ticks(second));
}
