using LlmResilience.Utilities;

namespace LlmResilience;

/// <summary>When an endpoint is taken out of rotation because of its own failures, for how long, and how it comes back.</summary>
/// <remarks>
/// The algorithm combines Envoy's outlier detection (ejected for k times a base, k falls with healthy time), a sliding window as in
/// Polly and Hystrix, a leased half-open probe, and Envoy's slow start.
/// </remarks>
public sealed class EjectionOptions
{
    /// <summary>Whether endpoints are ejected at all. Switched off at run time, it brings an ejected endpoint back at once.</summary>
    /// <value>The default is <see langword="true"/>.</value>
    public bool Enabled { get; set; } = true;

    /// <summary>The share of failures in the <see cref="Window"/> at which the endpoint is ejected.</summary>
    /// <value>The default is 0.5. From 0 (this trigger is off) to 1. Above 0.5, an endpoint that always stalls after its first token is never ejected.</value>
    public double FailureRatio { get; set; } = 0.5;

    /// <summary>The sliding window over which <see cref="FailureRatio"/> is taken.</summary>
    /// <value>The default is 10 seconds. From 100 milliseconds to one day.</value>
    public TimeSpan Window { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>The fewest samples in the <see cref="Window"/> for <see cref="FailureRatio"/> to be looked at.</summary>
    /// <value>The default is 5. At least 1.</value>
    public int MinimumThroughput { get; set; } = 5;

    /// <summary>So many failures in a row eject the endpoint, however few there are in the window.</summary>
    /// <value>The default is 3. At least 0 (this trigger is off).</value>
    public int ConsecutiveFailureThreshold { get; set; } = 3;

    /// <summary>
    /// So many gateway errors in a row, HTTP 502, 503 and 504, eject the endpoint: sooner or later than other failures. Any other failure
    /// ends that row, except a timeout, which neither adds to it nor ends it.
    /// </summary>
    /// <value>The default is 0 (this trigger is off). At least 0.</value>
    public int ConsecutiveGatewayFailureThreshold { get; set; }

    /// <summary>
    /// So many failed connections in a row (refused, DNS, TLS, lost before any answer) eject the endpoint. Any answer ends that row, also
    /// one that is no success, such as a 429.
    /// </summary>
    /// <value>The default is 0 (this trigger is off). At least 0.</value>
    public int ConsecutiveConnectionFailureThreshold { get; set; }

    /// <summary>
    /// Whether failed connections count for <see cref="ConsecutiveConnectionFailureThreshold"/> alone, and neither for
    /// <see cref="FailureRatio"/> nor for <see cref="ConsecutiveFailureThreshold"/>: so that a network of one's own that is down is told
    /// apart from an endpoint that is ill. With that threshold off they eject nothing then.
    /// </summary>
    /// <value>The default is <see langword="false"/>: they count for every trigger.</value>
    public bool SplitConnectionFailures { get; set; }

    /// <summary>The k-th ejection in a row lasts k times this long.</summary>
    /// <value>The default is 10 seconds. Above zero.</value>
    public TimeSpan BaseEjectionTime { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// The longest that an ejection grows by k. The jitter of <see cref="JitterRatio"/> comes on top, and a <c>Retry-After</c> with the
    /// failure that ejects makes the ejection last at least that long, up to five minutes.
    /// </summary>
    /// <value>The default is 300 seconds. At least <see cref="BaseEjectionTime"/>.</value>
    public TimeSpan MaxEjectionTime { get; set; } = TimeSpan.FromSeconds(300);

    /// <summary>Up to this share of <see cref="BaseEjectionTime"/> is added at random, so that endpoints that fell together do not return together.</summary>
    /// <value>The default is 0.1. From 0 to 1.</value>
    public double JitterRatio { get; set; } = 0.1;

    /// <summary>k falls by one for every full interval of this length that the endpoint spends in rotation.</summary>
    /// <value>The default is 30 seconds. Above zero.</value>
    public TimeSpan MultiplierDecayInterval { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How many real requests probe the endpoint at a time after an ejection.</summary>
    /// <value>The default is 1. At least 1.</value>
    public int MaxConcurrentProbes { get; set; } = 1;

    /// <summary>How many probes must succeed before the endpoint is let back in.</summary>
    /// <value>The default is 1. At least 0 (no probing: it is let back in when its time is over).</value>
    public int RequiredProbeSuccesses { get; set; } = 1;

    /// <summary>The share of requests that an endpoint is given at the start of <see cref="RampUpDuration"/>.</summary>
    /// <value>The default is 0.1. From 0.01 to 1.</value>
    public double RampUpInitialRatio { get; set; } = 0.1;

    /// <summary>The time in which the admitted share grows to all of them once the endpoint is back.</summary>
    /// <value>The default is 30 seconds. At least zero (all at once).</value>
    public TimeSpan RampUpDuration { get; set; } = TimeSpan.FromSeconds(30);

    internal void Check(OptionsChecker checker)
    {
        checker.Range(nameof(FailureRatio), FailureRatio, 0, 1);
        checker.Range(nameof(Window), Window, TimeSpan.FromMilliseconds(100), OptionsChecker.OneDay);
        checker.AtLeast(nameof(MinimumThroughput), MinimumThroughput, 1);
        checker.AtLeast(nameof(ConsecutiveFailureThreshold), ConsecutiveFailureThreshold, 0);
        checker.AtLeast(nameof(ConsecutiveGatewayFailureThreshold), ConsecutiveGatewayFailureThreshold, 0);
        checker.AtLeast(nameof(ConsecutiveConnectionFailureThreshold), ConsecutiveConnectionFailureThreshold, 0);
        checker.Positive(nameof(BaseEjectionTime), BaseEjectionTime);
        if (MaxEjectionTime < BaseEjectionTime)
        {
            checker.Error(nameof(MaxEjectionTime), MaxEjectionTime, $"at least {nameof(BaseEjectionTime)}, which is {BaseEjectionTime}");
        }

        checker.Range(nameof(JitterRatio), JitterRatio, 0, 1);
        checker.Positive(nameof(MultiplierDecayInterval), MultiplierDecayInterval);
        checker.AtLeast(nameof(MaxConcurrentProbes), MaxConcurrentProbes, 1);
        checker.AtLeast(nameof(RequiredProbeSuccesses), RequiredProbeSuccesses, 0);
        checker.Range(nameof(RampUpInitialRatio), RampUpInitialRatio, 0.01, 1);
        checker.Range(nameof(RampUpDuration), RampUpDuration, TimeSpan.Zero, OptionsChecker.OneDay);
    }

    internal EjectionOptions Clone() => (EjectionOptions)MemberwiseClone();
}
