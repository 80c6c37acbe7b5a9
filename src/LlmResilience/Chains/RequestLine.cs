namespace LlmResilience.Chains;

/// <summary>The requests of a client that wait for an endpoint, in the order of their arrival.</summary>
internal sealed class RequestLine
{
    private readonly List<WaitingRequest> _requests = [];
    private volatile bool _isEmpty = true;

    /// <summary>Held while the line is served. Nothing foreign is called under it.</summary>
    public object Lock { get; } = new();

    /// <summary>Needs no lock: who asks in the moment in which somebody joins or leaves comes before or after.</summary>
    public bool IsEmpty => _isEmpty;

    public IReadOnlyList<WaitingRequest> Requests_NeedsLock => _requests;

    public void Join(WaitingRequest request)
    {
        lock (Lock)
        {
            _requests.Add(request);
            _isEmpty = false;
        }
    }

    public bool IsFirst(WaitingRequest request)
    {
        lock (Lock)
        {
            return _requests[0] == request;
        }
    }

    /// <summary>Takes what a request was given; it stays in line.</summary>
    public Candidate? Take(WaitingRequest request)
    {
        lock (Lock)
        {
            return request.Take();
        }
    }

    /// <summary>Leaves the line, and wakes who is the first then.</summary>
    public void Leave(WaitingRequest request)
    {
        lock (Lock)
        {
            _requests.Remove(request);
            _isEmpty = _requests.Count == 0;
            if (!_isEmpty)
            {
                _requests[0].Wake();
            }
        }
    }
}
