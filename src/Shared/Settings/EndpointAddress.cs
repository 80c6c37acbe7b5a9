namespace LlmResilience;

/// <summary>What is wrong with an endpoint's base address, whichever the provider.</summary>
internal static class EndpointAddress
{
    public static string? Describe(string? value, string path, string example)
    {
        if (Uri.TryCreate(value, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https")
        {
            return uri.UserInfo.Length == 0 ? null : $"{path} holds a user name or password; put the key into ApiKey.";
        }

        // What is not a URI may still be a pasted one with a password or a key in its query.
        var shown = value is null || value.AsSpan().IndexOfAny('@', '?') < 0 ? value : "(not shown)";
        return $"{path} must be an absolute http or https URI such as '{example}', but is '{shown}'.";
    }
}
