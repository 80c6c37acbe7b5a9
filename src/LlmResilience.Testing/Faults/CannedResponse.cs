namespace LlmResilience.Testing;

/// <summary>A response that does not depend on the request.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Body">The body.</param>
/// <param name="ContentType">The media type.</param>
/// <param name="Headers">Further headers.</param>
internal sealed record CannedResponse(int Status, string Body, string ContentType, IReadOnlyDictionary<string, string>? Headers);
