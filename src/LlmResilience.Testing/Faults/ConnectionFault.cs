namespace LlmResilience.Testing;

/// <summary>Ends the connection before anything is answered.</summary>
internal sealed class ConnectionFault(FaultVerdict verdict) : SimulatedFault
{
    internal override bool ClosesPort => verdict == FaultVerdict.Refuse;

    internal override ValueTask<FaultVerdict> OnRequestAsync(FaultContext context) => new(verdict);
}
