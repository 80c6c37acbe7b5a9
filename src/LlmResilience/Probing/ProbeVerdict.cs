using LlmResilience.Endpoints;

namespace LlmResilience.Probing;

/// <summary>What the end of a probe says about an endpoint's health.</summary>
internal enum ProbeVerdict : byte
{
    /// <summary>Nothing, good or bad: a rate limit, a spent account, a key that is refused, a mistake of the probe's own.</summary>
    None,

    Well,
    Ill,
}

internal static class ProbeVerdicts
{
    /// <summary>What a failed probe says.</summary>
    /// <remarks>
    /// A refusal of the probe's form is an answer of whoever read it. To take it for silence would keep out for ever an endpoint that was
    /// found ill and, back again, dislikes the probe; taken for health it lets in, at worst, one that the users' own requests eject again.
    /// </remarks>
    public static ProbeVerdict Of(in Failure failure, EndpointSettings settings)
    {
        if (settings.RuleFor(failure.Kind).CountsAgainstHealth)
        {
            return ProbeVerdict.Ill;
        }

        var isRefusalOfItsForm = failure.Kind is FailureKind.InvalidRequest or FailureKind.NotSupported or FailureKind.ContextLengthExceeded or FailureKind.ContentFiltered;
        return isRefusalOfItsForm && failure.StatusCode is not null ? ProbeVerdict.Well : ProbeVerdict.None;
    }
}
