namespace LlmResilience.Testing;

/// <summary>How a <see cref="SimulatedLlmServer"/> behaves. Read once, when the server is started.</summary>
public sealed class SimulatedLlmServerOptions
{
    /// <summary>Gets or sets the TCP port on 127.0.0.1.</summary>
    /// <value>0 to 65535; 0 takes any free port, and keeps it over crashes and restarts. The default value is 0.</value>
    public int Port { get; set; }

    /// <summary>Gets or sets the model's name in answers and in <c>GET /v1/models</c>. Requests for any other model are answered too.</summary>
    /// <value>The default value is <c>deepseek-r1-distill-qwen-7b</c>.</value>
    public string Model { get; set; } = "deepseek-r1-distill-qwen-7b";

    /// <summary>Gets or sets the GPU's capacity and speed.</summary>
    public GpuOptions Gpu { get; set; } = new();

    /// <summary>Gets or sets how long the server is gone after a crash. Real servers load their weights for minutes.</summary>
    /// <value>0 or more. The default value is 5 seconds.</value>
    public TimeSpan RestartTime { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Gets or sets the mean length of an answer in tokens, reasoning not included. A request's own limit may cut it short.</summary>
    /// <value>At least 1. The default value is 40.</value>
    public int TokensPerAnswer { get; set; } = 40;

    /// <summary>Gets or sets by which share of <see cref="TokensPerAnswer"/> an answer may be longer or shorter.</summary>
    /// <value>From 0 (all are equally long) to 1. The default value is 0.5.</value>
    public double TokensPerAnswerJitter { get; set; } = 0.5;

    /// <summary>Gets or sets how many tokens of <c>reasoning_content</c> come before the content, as reasoning models have it.</summary>
    /// <value>0 or more. The default value is 0.</value>
    public int ReasoningTokens { get; set; }

    /// <summary>Gets or sets how long every prompt is taken to be, in tokens.</summary>
    /// <value>At least 1, or <see langword="null"/> to estimate it at four characters a token. The default value is <see langword="null"/>.</value>
    public int? TokensPerPrompt { get; set; }

    /// <summary>Gets or sets the seed of all that is random. Servers of one seed give the same prompt the same words.</summary>
    /// <value>The default value is 0.</value>
    public int Seed { get; set; }

    /// <summary>Gets or sets the clock that every wait of the server goes by.</summary>
    /// <value>The default value is <see cref="TimeProvider.System"/>.</value>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    internal SimulatedLlmServerOptions ValidatedCopy()
    {
        var copy = (SimulatedLlmServerOptions)MemberwiseClone();
        OptionChecks.AtLeast(copy.Port, 0, nameof(Port));
        OptionChecks.AtMost(copy.Port, ushort.MaxValue, nameof(Port));
        OptionChecks.NotEmpty(copy.Model, nameof(Model));
        OptionChecks.NotNull(copy.Gpu, nameof(Gpu));
        copy.Gpu = copy.Gpu.ValidatedCopy();
        OptionChecks.AtLeast(copy.RestartTime, TimeSpan.Zero, nameof(RestartTime));
        OptionChecks.AtLeast(copy.TokensPerAnswer, 1, nameof(TokensPerAnswer));
        OptionChecks.AtLeast(copy.TokensPerAnswerJitter, 0, nameof(TokensPerAnswerJitter));
        OptionChecks.AtMost(copy.TokensPerAnswerJitter, 1, nameof(TokensPerAnswerJitter));
        OptionChecks.AtLeast(copy.ReasoningTokens, 0, nameof(ReasoningTokens));
        OptionChecks.AtLeast(copy.TokensPerPrompt ?? 1, 1, nameof(TokensPerPrompt));
        OptionChecks.NotNull(copy.TimeProvider, nameof(TimeProvider));
        return copy;
    }
}
