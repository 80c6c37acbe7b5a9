namespace LlmResilience.Testing;

/// <summary>What the response does next, in the opinion of its fault.</summary>
internal enum FaultVerdict
{
    /// <summary>As if there were no fault.</summary>
    Continue,

    /// <summary>Nothing more: the fault has written the response itself.</summary>
    Answered,

    /// <summary>The body ends here, cleanly, as if it were complete.</summary>
    End,

    /// <summary>The connection is aborted.</summary>
    Cut,
}
