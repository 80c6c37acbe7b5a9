namespace LlmResilience.Testing;

/// <summary>How a <see cref="SimulatedOpenAIServer"/> differs from OpenAI's own: as the server of another provider does.</summary>
/// <remarks>The methods make the dialects of providers; every part of them can be changed, and the defaults are OpenAI's.</remarks>
/// <example>
/// <code>
/// var dialect = SimulatedOpenAIDialect.DeepSeek();
/// dialect.ToolCalls = [new("call_1", "weather", "{\"city\":\"Rome\"}")];
/// await using var server = await SimulatedOpenAIServer.StartAsync(new() { Dialect = dialect, ReasoningTokenCount = 5 });
/// </code>
/// </example>
public sealed class SimulatedOpenAIDialect
{
    /// <summary>Gets or sets where the reasoning stands, if <see cref="SimulatedOpenAIServerOptions.ReasoningTokenCount"/> asks for any.</summary>
    /// <value>The default value is <see cref="SimulatedReasoningFormat.ReasoningContent"/>.</value>
    public SimulatedReasoningFormat ReasoningFormat { get; set; }

    /// <summary>
    /// Gets or sets whether a request is refused with status 400 that holds an earlier tool call without the reasoning, or the signature,
    /// that came with it.
    /// </summary>
    /// <value>The default value is <see langword="false"/>.</value>
    public bool RequiresReasoning { get; set; }

    /// <summary>Gets or sets the tools that are called after the text, unless the last message of the request is a tool's result.</summary>
    /// <value>The default value is empty: none.</value>
    public IReadOnlyList<SimulatedOpenAIToolCall> ToolCalls { get; set; } = [];

    /// <summary>Gets or sets whether tool calls come without their ids.</summary>
    /// <value>The default value is <see langword="false"/>.</value>
    public bool OmitsToolCallIds { get; set; }

    /// <summary>Gets or sets whether streamed tool calls come without their indexes, each in one event.</summary>
    /// <value>The default value is <see langword="false"/>.</value>
    public bool OmitsToolCallIndexes { get; set; }

    /// <summary>Gets or sets whether the first tool call carries a thought signature, as Gemini's does.</summary>
    /// <value>The default value is <see langword="false"/>.</value>
    public bool SignsToolCalls { get; set; }

    /// <summary>Gets or sets the pages that the answer cites.</summary>
    /// <value>The default value is empty: none.</value>
    public IReadOnlyList<Uri> Citations { get; set; } = [];

    /// <summary>Gets or sets the images of the answer, as addresses or data URIs.</summary>
    /// <value>The default value is empty: none.</value>
    public IReadOnlyList<string> Images { get; set; } = [];

    /// <summary>Gets or sets how a stream tells what the answer took.</summary>
    /// <value>The default value is <see cref="SimulatedUsageStyle.LastEvent"/>.</value>
    public SimulatedUsageStyle UsageStyle { get; set; }

    /// <summary>Gets or sets the finish reason, such as <c>insufficient_system_resource</c>.</summary>
    /// <value>The default value is <see langword="null"/>: <c>length</c>, <c>tool_calls</c> or <c>stop</c>, as it happens.</value>
    public string? FinishReason { get; set; }

    /// <summary>DeepSeek's: <c>reasoning_content</c>, which must come back with a tool call.</summary>
    /// <returns>A new dialect.</returns>
    public static SimulatedOpenAIDialect DeepSeek() => new() { RequiresReasoning = true };

    /// <summary>The OpenAI endpoint of Gemini: signed tool calls without indexes, and the usage so far with every event.</summary>
    /// <returns>A new dialect.</returns>
    public static SimulatedOpenAIDialect Gemini()
        => new() { SignsToolCalls = true, RequiresReasoning = true, OmitsToolCallIndexes = true, UsageStyle = SimulatedUsageStyle.RunningTotals };

    /// <summary>OpenRouter's: <c>reasoning_details</c>, which must come back with a tool call.</summary>
    /// <returns>A new dialect.</returns>
    public static SimulatedOpenAIDialect OpenRouter() => new() { ReasoningFormat = SimulatedReasoningFormat.ReasoningDetails, RequiresReasoning = true };

    /// <summary>Mistral's: thinking as blocks of the content, and the usage with the finish reason.</summary>
    /// <returns>A new dialect.</returns>
    public static SimulatedOpenAIDialect Mistral()
        => new() { ReasoningFormat = SimulatedReasoningFormat.ThinkingBlocks, UsageStyle = SimulatedUsageStyle.FinishEvent };

    /// <summary>Ollama's: <c>reasoning</c>, and tool calls without ids.</summary>
    /// <returns>A new dialect.</returns>
    public static SimulatedOpenAIDialect Ollama() => new() { ReasoningFormat = SimulatedReasoningFormat.Reasoning, OmitsToolCallIds = true };

    internal SimulatedOpenAIDialect ValidatedCopy()
    {
        var copy = (SimulatedOpenAIDialect)MemberwiseClone();
        OptionChecks.Defined(copy.ReasoningFormat, nameof(ReasoningFormat));
        OptionChecks.Defined(copy.UsageStyle, nameof(UsageStyle));
        OptionChecks.NotNull(copy.ToolCalls, nameof(ToolCalls));
        OptionChecks.NotNull(copy.Citations, nameof(Citations));
        OptionChecks.NotNull(copy.Images, nameof(Images));
        copy.ToolCalls = [.. copy.ToolCalls];
        copy.Citations = [.. copy.Citations];
        copy.Images = [.. copy.Images];
        return copy;
    }
}
