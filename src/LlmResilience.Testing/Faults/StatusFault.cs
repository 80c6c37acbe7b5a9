namespace LlmResilience.Testing;

/// <summary>Answers with an error, in the shape of the provider's protocol.</summary>
internal sealed class StatusFault(int status, string? code, string message, IReadOnlyDictionary<string, string>? headers) : SimulatedFault
{
    internal override ValueTask<FaultVerdict> OnRequestAsync(FaultContext context)
        => context.RespondAsync(new(status, context.ErrorJson(status, code, message), JsonBody.ContentType, headers));
}
