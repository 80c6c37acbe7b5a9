namespace Overload.Stage.Recording;

/// <summary>Why a user has no answer.</summary>
internal enum FailureReason
{
    /// <summary>Nobody took the connection: the server was down.</summary>
    Refused,

    /// <summary>The request was sent, and the connection lost before the first token.</summary>
    Lost,

    /// <summary>The answer stopped in the middle.</summary>
    BrokenOff,

    /// <summary>The user's patience was over.</summary>
    GaveUp,
}
