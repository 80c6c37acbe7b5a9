namespace LlmResilience.Testing;

/// <summary>How a <see cref="SimulatedOpenAIServer"/> behaves. Read once, when the server is started.</summary>
public sealed class SimulatedOpenAIServerOptions
{
    /// <summary>Gets or sets the TCP port on 127.0.0.1.</summary>
    /// <value>0 to 65535; 0 takes any free port, and keeps it over crashes and restarts. The default value is 0.</value>
    public int Port { get; set; }

    /// <summary>Gets or sets the model's name in answers and in <c>GET /v1/models</c>. Requests for any other model are answered too.</summary>
    /// <value>The default value is <c>deepseek-r1-distill-qwen-7b</c>.</value>
    public string ModelId { get; set; } = "deepseek-r1-distill-qwen-7b";

    /// <summary>Gets or sets the GPU's capacity and speed.</summary>
    public SimulatedGpuOptions Gpu { get; set; } = new();

    /// <summary>Gets or sets how long the server is gone after a crash. Real servers load their weights for minutes.</summary>
    /// <value>0 or more. The default value is 5 seconds.</value>
    public TimeSpan RestartDelay { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Gets or sets the mean length of an answer in tokens, reasoning not included. A request's own limit may cut it short.</summary>
    /// <value>At least 1. The default value is 40.</value>
    public int TokensPerAnswer { get; set; } = 40;

    /// <summary>Gets or sets by which share of <see cref="TokensPerAnswer"/> an answer may be longer or shorter.</summary>
    /// <value>From 0 (all are equally long) to 1. The default value is 0.5.</value>
    public double TokensPerAnswerJitterRatio { get; set; } = 0.5;

    /// <summary>Gets or sets how the server differs from OpenAI's, as other providers' do.</summary>
    /// <value>The default value is a dialect with no differences.</value>
    public SimulatedOpenAIDialect Dialect { get; set; } = new();

    /// <summary>Gets or sets how many tokens of reasoning come before the content, as reasoning models have it.</summary>
    /// <value>0 or more. The default value is 0.</value>
    public int ReasoningTokenCount { get; set; }

    /// <summary>Gets or sets how long every prompt is taken to be, in tokens.</summary>
    /// <value>At least 1, or <see langword="null"/> to estimate it at four characters a token. The default value is <see langword="null"/>.</value>
    public int? TokensPerPrompt { get; set; }

    /// <summary>Gets or sets the seed of all that is random. Servers of one seed give the same prompt the same words.</summary>
    /// <value>The default value is 0.</value>
    public int Seed { get; set; }

    /// <summary>Gets or sets the clock that every wait of the server goes by.</summary>
    /// <value>The default value is <see cref="TimeProvider.System"/>.</value>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    internal SimulatedOpenAIServerOptions ValidatedCopy()
    {
        var copy = (SimulatedOpenAIServerOptions)MemberwiseClone();
        OptionChecks.AtLeast(copy.Port, 0, nameof(Port));
        OptionChecks.AtMost(copy.Port, ushort.MaxValue, nameof(Port));
        OptionChecks.NotEmpty(copy.ModelId, nameof(ModelId));
        OptionChecks.NotNull(copy.Gpu, nameof(Gpu));
        copy.Gpu = copy.Gpu.ValidatedCopy();
        OptionChecks.NotNull(copy.Dialect, nameof(Dialect));
        copy.Dialect = copy.Dialect.ValidatedCopy();
        OptionChecks.AtLeast(copy.RestartDelay, TimeSpan.Zero, nameof(RestartDelay));
        OptionChecks.AtLeast(copy.TokensPerAnswer, 1, nameof(TokensPerAnswer));
        OptionChecks.AtLeast(copy.TokensPerAnswerJitterRatio, 0, nameof(TokensPerAnswerJitterRatio));
        OptionChecks.AtMost(copy.TokensPerAnswerJitterRatio, 1, nameof(TokensPerAnswerJitterRatio));
        OptionChecks.AtLeast(copy.ReasoningTokenCount, 0, nameof(ReasoningTokenCount));
        OptionChecks.AtLeast(copy.TokensPerPrompt ?? 1, 1, nameof(TokensPerPrompt));
        OptionChecks.NotNull(copy.TimeProvider, nameof(TimeProvider));
        return copy;
    }
}
