namespace LlmResilience.Testing;

internal sealed class StatusFault(int status, string? code, string? message, IReadOnlyDictionary<string, string>? headers) : SimulatedFault
{
    internal override async ValueTask<FaultVerdict> OnRequestAsync(FaultContext context)
    {
        foreach (var (name, value) in headers ?? new Dictionary<string, string>(StringComparer.Ordinal))
        {
            context.Http.Response.Headers[name] = value;
        }

        var error = new OpenAIError(message ?? $"Simulated error of status {status}.", code);
        await error.WriteAsync(context.Http, status).ConfigureAwait(false);
        return FaultVerdict.Answered;
    }
}
