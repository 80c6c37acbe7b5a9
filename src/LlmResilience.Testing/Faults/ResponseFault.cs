namespace LlmResilience.Testing;

/// <summary>Answers with a given response, whatever was asked.</summary>
internal sealed class ResponseFault(CannedResponse response) : SimulatedFault
{
    internal override ValueTask<FaultVerdict> OnRequestAsync(FaultContext context) => context.RespondAsync(response);
}
