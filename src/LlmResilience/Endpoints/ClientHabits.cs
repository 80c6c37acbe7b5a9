namespace LlmResilience.Endpoints;

/// <summary>What an endpoint's client has been seen to do, and is taken to do again.</summary>
/// <remarks>Each is written once and read by every attempt: looked at before it is written, so that its line stays shared among the cores.</remarks>
internal sealed class ClientHabits
{
    private volatile bool _sendsFinishReason;
    private volatile bool _sendsFinishReasonInResponse;
    private volatile bool _hasAnsweredAtOnce;
    private volatile bool _hasWaited;

    /// <summary>It has ended a whole stream with a finish reason.</summary>
    public bool SendsFinishReason => _sendsFinishReason;

    /// <summary>The same for a response that does not stream, learnt on its own: clients differ between the two.</summary>
    public bool SendsFinishReasonInResponse => _sendsFinishReasonInResponse;

    /// <summary>It has its answers there at once, as a cache or a test does; one that has waited before is taken to do so again.</summary>
    public bool AnswersAtOnce => _hasAnsweredAtOnce && !_hasWaited;

    public void SawFinishReason()
    {
        if (!_sendsFinishReason)
        {
            _sendsFinishReason = true;
        }
    }

    public void SawFinishReasonInResponse()
    {
        if (!_sendsFinishReasonInResponse)
        {
            _sendsFinishReasonInResponse = true;
        }
    }

    public void SawAnswerAtOnce()
    {
        if (!_hasAnsweredAtOnce)
        {
            _hasAnsweredAtOnce = true;
        }
    }

    public void SawWait()
    {
        if (!_hasWaited)
        {
            _hasWaited = true;
        }
    }
}
