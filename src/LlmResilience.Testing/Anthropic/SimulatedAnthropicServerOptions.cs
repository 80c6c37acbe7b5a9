namespace LlmResilience.Testing;

/// <summary>How a <see cref="SimulatedAnthropicServer"/> behaves. Read once, when the server is started.</summary>
public sealed class SimulatedAnthropicServerOptions
{
    /// <summary>Gets or sets the TCP port on 127.0.0.1.</summary>
    /// <value>0 to 65535; 0 takes any free port, and keeps it over crashes and restarts. The default value is 0.</value>
    public int Port { get; set; }

    /// <summary>Gets or sets what every request is answered.</summary>
    /// <value>The default value is a short text.</value>
    public SimulatedAnthropicAnswer Answer { get; set; } = new();

    /// <summary>Gets or sets how long the server is gone after a crash.</summary>
    /// <value>0 or more. The default value is 5 seconds.</value>
    public TimeSpan RestartDelay { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Gets or sets the clock that every wait of the server goes by.</summary>
    /// <value>The default value is <see cref="TimeProvider.System"/>.</value>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    internal SimulatedAnthropicServerOptions ValidatedCopy()
    {
        var copy = (SimulatedAnthropicServerOptions)MemberwiseClone();
        OptionChecks.AtLeast(copy.Port, 0, nameof(Port));
        OptionChecks.AtMost(copy.Port, ushort.MaxValue, nameof(Port));
        OptionChecks.NotNull(copy.Answer, nameof(Answer));
        OptionChecks.AtLeast(copy.RestartDelay, TimeSpan.Zero, nameof(RestartDelay));
        OptionChecks.NotNull(copy.TimeProvider, nameof(TimeProvider));
        return copy;
    }
}
