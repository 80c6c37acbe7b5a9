namespace LlmResilience.Requests;

/// <summary>Where a request goes on after an attempt has failed.</summary>
internal enum NextStep : byte
{
    /// <summary>Nowhere: the app canceled.</summary>
    Cancel,

    /// <summary>Nowhere: the failure is the request's own fault, and the app gets the provider's exception.</summary>
    Rethrow,

    /// <summary>To the same endpoint, after a delay.</summary>
    RetryHere,

    /// <summary>To the next endpoint, if there is one.</summary>
    NextEndpoint,

    /// <summary>Nowhere: its attempts or its time are spent.</summary>
    GiveUp,
}
