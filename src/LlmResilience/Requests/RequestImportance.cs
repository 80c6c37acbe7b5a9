namespace LlmResilience;

/// <summary>How much a request matters when there is not room for all.</summary>
/// <remarks>It is carried along and changes nothing yet: nothing here sheds requests, and it will count where limits do.</remarks>
public enum RequestImportance
{
    /// <summary>Nobody waits for it: the first to be turned away.</summary>
    Background = -1,

    /// <summary>As any other.</summary>
    Normal = 0,

    /// <summary>The last to be turned away.</summary>
    Critical = 1,
}
