namespace LlmResilience.Health;

/// <summary>An endpoint's permission for one attempt. Results of an older generation than the endpoint's open, close and extend nothing.</summary>
internal readonly record struct Admission(AdmissionRole Role, uint Generation, uint ProbeId = 0);

internal enum AdmissionRole : byte
{
    /// <summary>Let through although the endpoint is out; its result is observed, but decides nothing.</summary>
    Unchecked,
    Normal,
    Probe,

    /// <summary>A probe before the ejection's time is over, since nobody else is left to be asked: its success ends the ejection, its failure changes nothing.</summary>
    ProbeAhead,
}

internal enum AdmissionResult : byte
{
    Admitted,

    /// <summary>Ejected, cooling down, drained, or all probes are out.</summary>
    Unavailable,

    /// <summary>Would be admitted as a probe only, which was not asked for.</summary>
    NeedsProbe,

    /// <summary>Ramping, and this request is not part of the share.</summary>
    RampedOut,
}

/// <summary>How much a request asks of an endpoint's health.</summary>
[Flags]
internal enum AdmissionRequest : byte
{
    Normal,

    /// <summary>Not as a probe: the request has failed once already and should not wait for an ill endpoint twice.</summary>
    NoProbe = 1,

    /// <summary>Ramping endpoints admit it whatever their share: nobody else is left, or the choice has weighed the ramp already.</summary>
    AnyShare = 2,
}
