namespace LlmResilience.Failures;

/// <summary>A code or a type in an error's body, and what it means.</summary>
/// <param name="Code">The name as the provider writes it; case, separators and a last <c>error</c> or <c>exception</c> do not count. A star stands for anything.</param>
/// <param name="Kind">What it means.</param>
/// <param name="Provider">Who says so.</param>
/// <param name="Source">Where that was seen: a page, or a thread as <c>owner/repository#number</c>.</param>
internal sealed record CodeRow(string Code, FailureKind Kind, string Provider, string Source);
