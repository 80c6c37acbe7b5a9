namespace LlmResilience.Chains;

/// <summary>Says which of a group's endpoints a request asks next. Shared by all requests of its group, so safe for concurrent use.</summary>
/// <remarks>A group without one is asked in its order.</remarks>
internal abstract class Balancer
{
    /// <summary>Whether it wants to know what conversation a request belongs to.</summary>
    public virtual bool NeedsAffinityKey => false;

    /// <summary>Whether the ramp is a part of an endpoint's weight here, so that what is chosen is admitted whatever the ramp's share: the ramp counts once.</summary>
    public virtual bool WeighsRamp => false;

    /// <summary>Chooses one endpoint. It is asked again, with that one no longer eligible, if the endpoint refuses or fails.</summary>
    /// <param name="choice">The group, the request, and who is eligible.</param>
    /// <returns>The endpoint's place in the group, which must be eligible; below 0 if none is.</returns>
    public abstract int Choose(in Choice choice);
}
