namespace LlmResilience.Docs.Tests.Snippets;

/// <summary>A service of an app that knows who is asking.</summary>
internal sealed record CurrentTenant(string Name);
