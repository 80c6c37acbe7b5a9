using System.Runtime.ExceptionServices;
using LlmResilience.Endpoints;

namespace LlmResilience.Chains;

/// <summary>A request in the line of its client, and what it is given there.</summary>
/// <remarks>What changes is read and written under the line's lock.</remarks>
internal sealed class WaitingRequest(Chain chain, RequestTraits traits)
{
    // Who waits must not run under the line's lock.
    private readonly TaskCompletionSource _turn = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Candidate? _candidate;
    private ExceptionDispatchInfo? _failure;

    /// <summary>Its chain as it was when the line was served last.</summary>
    public Chain Chain { get; set; } = chain;

    public RequestTraits Traits => traits;

    /// <summary>Completes when it is served, or is the first in line, who looks after all.</summary>
    public Task Turn => _turn.Task;

    public bool IsServed => _candidate is not null || IsFailed;

    public bool IsFailed => _failure is not null;

    /// <summary>It was given this endpoint, and has not taken it yet.</summary>
    public bool IsGiven(Endpoint endpoint) => _candidate?.Endpoint == endpoint;

    public void Wake() => _turn.TrySetResult();

    public void Give(Candidate candidate)
    {
        _candidate = candidate;
        Wake();
    }

    public void Fail(Exception exception)
    {
        _failure = ExceptionDispatchInfo.Capture(exception);
        Wake();
    }

    /// <summary>Takes what it was given; nothing if it was not served.</summary>
    public Candidate? Take()
    {
        _failure?.Throw();
        var candidate = _candidate;
        _candidate = null;
        return candidate;
    }
}
