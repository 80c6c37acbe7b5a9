using LlmResilience.Health;

namespace LlmResilience.Tests.Health;

/// <summary>The bounds of the pure functions that no vector has.</summary>
public sealed class EjectionFormulasTests
{
    [Theory]
    [InlineData(0, false)]
    [InlineData(0.01, true)]
    public void A_ratio_of_zero_trips_never(double ratio, bool trips) => Assert.Equal(trips, EjectionFormulas.Trips(total: 5, failures: 5, minimumThroughput: 5, ratio));

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0.01, 1)]
    [InlineData(1, 5)]
    public void A_ratio_of_zero_lets_nobody_be_ejected(double ratio, int allowed) => Assert.Equal(allowed, EjectionFormulas.AllowedEjections(endpoints: 5, ratio));

    [Fact]
    public void A_ramp_of_no_time_is_over_at_once() => Assert.Equal(1, EjectionFormulas.RampRatio(elapsed: 0, rampUp: 0, start: 0.1));
}
