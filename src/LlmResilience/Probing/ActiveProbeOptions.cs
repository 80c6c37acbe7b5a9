using LlmResilience.Utilities;
using Microsoft.Extensions.AI;

namespace LlmResilience;

/// <summary>Probes that the library sends by itself, to find out that an endpoint is ill, or well again, without a user's request.</summary>
/// <remarks>
/// An endpoint takes requests only if its own failures and the active probes both let it. Probes cost what the provider asks for them. They
/// are neither in the endpoint's failure ratio nor in its load or its times, and never make it cool down.
/// </remarks>
public sealed class ActiveProbeOptions
{
    private Func<IChatClient, CancellationToken, Task>? _request;

    /// <summary>Whether the endpoint is probed. Switched off at run time, what the probes have found out is forgotten.</summary>
    /// <value>The default is <see langword="false"/>.</value>
    public bool Enabled { get; set; }

    /// <summary>From the beginning of one probe to the next. Up to a tenth is added at random, so that endpoints, and the instances of an app, do not probe together.</summary>
    /// <value>The default is 10 seconds. From 100 milliseconds to one day.</value>
    public TimeSpan Interval { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a probe may take, whatever its client does. What it brings later is dropped, and until it ends there is no other.</summary>
    /// <value>The default is 5 seconds. From 10 milliseconds to one day. It should leave a model the time to think that it takes for one word.</value>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>So many failed probes in a row take the endpoint out: <see cref="EndpointState.Unhealthy"/>.</summary>
    /// <value>The default is 3. At least 1.</value>
    public int UnhealthyThreshold { get; set; } = 3;

    /// <summary>So many good probes in a row let it back in, through the ramp of <see cref="EjectionOptions.RampUpDuration"/>.</summary>
    /// <value>The default is 2. At least 1.</value>
    public int HealthyThreshold { get; set; } = 2;

    /// <summary>When the endpoint is probed.</summary>
    /// <value>The default is <see cref="ActiveProbeScope.Suspects"/>.</value>
    public ActiveProbeScope Scope { get; set; }

    /// <summary>What a probe asks, unless <see cref="UseRequest"/> says it.</summary>
    /// <value>The default is <see cref="ActiveProbeRequest.Chat"/>.</value>
    public ActiveProbeRequest Request { get; set; }

    /// <summary>
    /// Whether <see cref="HealthyThreshold"/> good probes in a row, all of them begun since, end an ejection before its time. A server that
    /// is stuck may well answer a cheap probe, and would then be let back in again and again.
    /// </summary>
    /// <value>The default is <see langword="false"/>: an ejection ends when its time is over and a user's request has found the endpoint well.</value>
    public bool EndsEjection { get; set; }

    /// <summary>Probes with a request of the app's own, such as the provider's health check.</summary>
    /// <param name="request">
    /// Asks the endpoint, given its client, and throws if it is not well. What it throws is classified as that of a request. It is called on the
    /// thread pool, and canceled after <see cref="Timeout"/>.
    /// </param>
    /// <exception cref="ArgumentNullException"><paramref name="request"/> is null.</exception>
    public void UseRequest(Func<IChatClient, CancellationToken, Task> request)
    {
        ArgumentNullException.ThrowIfNull(request);
        _request = request;
    }

    // A method, since the configuration's binder takes every property for a setting.
    internal Func<IChatClient, CancellationToken, Task>? GetCustomRequest() => _request;

    internal void Check(OptionsChecker checker)
    {
        checker.Range(nameof(Interval), Interval, TimeSpan.FromMilliseconds(100), OptionsChecker.OneDay);
        checker.Range(nameof(Timeout), Timeout, TimeSpan.FromMilliseconds(10), OptionsChecker.OneDay);
        checker.AtLeast(nameof(UnhealthyThreshold), UnhealthyThreshold, 1);
        checker.AtLeast(nameof(HealthyThreshold), HealthyThreshold, 1);
        checker.Defined(nameof(Scope), Scope);
        checker.Defined(nameof(this.Request), this.Request);
    }

    internal ActiveProbeOptions Clone() => (ActiveProbeOptions)MemberwiseClone();
}
