namespace LlmResilience.Testing;

/// <summary>What the response does next, in the opinion of its fault.</summary>
internal enum FaultVerdict
{
    /// <summary>As if there were no fault.</summary>
    Continue,

    /// <summary>The fault has written something in place of this token; the rest goes on.</summary>
    Skip,

    /// <summary>Nothing more: the fault has written the response itself.</summary>
    Answered,

    /// <summary>The body ends here, cleanly, as if it were complete.</summary>
    End,

    /// <summary>The connection ends here, without the mark that ends a body.</summary>
    Cut,

    /// <summary>The connection is reset.</summary>
    Reset,

    /// <summary>There never was a connection.</summary>
    Refuse,
}
