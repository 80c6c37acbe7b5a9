namespace LlmResilience.Telemetry;

/// <summary>How a request ended, for its one measurement.</summary>
internal enum RequestOutcome : byte
{
    /// <summary>It has not; if the app is done with it all the same, the app has canceled it.</summary>
    Open,

    Success,

    /// <summary>No endpoint answered, though at least one was asked.</summary>
    AllEndpointsFailed,

    /// <summary>No endpoint could be asked.</summary>
    AllEndpointsUnavailable,

    /// <summary>It could be sent to no endpoint by its routes.</summary>
    NoRoute,

    /// <summary>The first of the failures that a <see cref="FailureKind"/> names: this plus its number.</summary>
    FirstKind,
}
