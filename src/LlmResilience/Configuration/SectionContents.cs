using Microsoft.Extensions.Configuration;

namespace LlmResilience.Configuration;

/// <summary>A section as it was read: what of it binds, with keys relative to it, and what is wrong with the rest.</summary>
internal sealed record SectionContents(IConfiguration Valid, IReadOnlyList<string> Errors);
