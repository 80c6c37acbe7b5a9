namespace LlmResilience;

/// <summary>Options of a chain: what holds for all its endpoints together.</summary>
/// <remarks>Validated at start-up; an invalid value stops the app with a message that prints it.</remarks>
public sealed class LlmResilienceOptions
{
    /// <summary>The options that every endpoint of the chain starts from.</summary>
    public EndpointOptions EndpointDefaults { get; set; } = new();

    /// <summary>The deadline of a whole request.</summary>
    public RequestTimeouts Timeouts { get; set; } = new();

    /// <summary>The most attempts that one request makes, retries and fallbacks together.</summary>
    /// <value>The default is 6. At least 1.</value>
    public int MaxAttempts { get; set; } = 6;

    /// <summary>The largest share of the chain's endpoints that is ejected at a time, rounded down, but at least one endpoint.</summary>
    /// <value>The default is 1.0: all may be ejected, and <see cref="WhenAllOut"/> says what happens then. From 0 (never eject) to 1.</value>
    public double MaxEjectedRatio { get; set; } = 1.0;

    /// <summary>
    /// With a smaller share of the chain's endpoints than this neither ejected nor being probed, ejections are ignored: better an ill
    /// endpoint than an overrun one. Drained and cooling endpoints count among the healthy ones here, and stay out all the same.
    /// </summary>
    /// <value>The default is 0: off. From 0 to 1.</value>
    public double PanicThreshold { get; set; }

    /// <summary>What a request does when every endpoint is out.</summary>
    /// <value>The default is <see cref="WhenAllOut.Trickle"/>.</value>
    public WhenAllOut WhenAllOut { get; set; } = WhenAllOut.Trickle;
}
