namespace LlmResilience.Load.Idle;

/// <summary>What one idle stream holds over the raw client's own, and what a request costs beside so many of them.</summary>
internal sealed record IdleResult(string Waiting, int Streams, double BytesEach, double TimersEach, double TimersLeft, double RequestAlone, double RequestAmongAll)
{
    public const double MostBytes = 1024;

    public bool IsMet => BytesEach <= MostBytes && TimersEach <= 1 && TimersLeft == 0;
}
