using System.Globalization;

namespace LlmResilience.Testing;

/// <summary>What all parts of a response have in common.</summary>
internal sealed record ChatResponseHead(long Number, string Model, DateTimeOffset Created)
{
    public string Id { get; } = "chatcmpl-" + Number.ToString("D8", CultureInfo.InvariantCulture);
}
