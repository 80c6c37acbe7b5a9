namespace LlmResilience;

/// <summary>The two tokens by which an app may cancel a stream, the call's and the enumeration's, as one.</summary>
internal sealed class JoinedTokens(CancellationToken call, CancellationToken enumeration) : IDisposable
{
    private readonly CancellationTokenSource? _either = call.CanBeCanceled ? CancellationTokenSource.CreateLinkedTokenSource(call, enumeration) : null;

    public CancellationToken Token => _either?.Token ?? enumeration;

    /// <summary>The one that the app cancelled, if it did.</summary>
    public CancellationToken Cancelled => call.IsCancellationRequested ? call
        : enumeration.IsCancellationRequested ? enumeration
        : CancellationToken.None;

    public void Dispose() => _either?.Dispose();
}
