namespace LlmResilience.Testing;

/// <summary>Where a response asks its fault whether to go on; without a fault the answer is always yes.</summary>
internal readonly struct FaultGate(SimulatedFault? fault, FaultContext context)
{
    public bool HasFault => fault is not null;

    public ResponseShape Shape => fault?.Shape ?? default;

    public ValueTask<FaultVerdict> OnRequestAsync() => fault is null ? default : fault.OnRequestAsync(context);

    public ValueTask<FaultVerdict> OnHeadersAsync() => fault is null ? default : fault.OnHeadersAsync(context);

    public ValueTask<FaultVerdict> BeforeTokenAsync(int sent, bool isEnd) => fault is null ? default : fault.BeforeTokenAsync(context, sent, isEnd);
}
