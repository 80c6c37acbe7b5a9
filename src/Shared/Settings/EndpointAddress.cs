using System.Buffers;
using System.Net;

namespace LlmResilience;

/// <summary>What is wrong with an endpoint's base address, whichever the provider.</summary>
internal static class EndpointAddress
{
    private const int LongestScheme = 10;
    private const int LongestPort = 5;
    private const int LongestPart = 24;

    private static readonly SearchValues<char> InNoAddress = SearchValues.Create("@?#;=& ");

    public static string? Describe(string? value, string path, string example)
    {
        if (Uri.TryCreate(value, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https")
        {
            return uri.UserInfo.Length == 0 ? null : $"{path} holds a user name or password; put the key into ApiKey.";
        }

        // What is not a URI may be one with a password or a key in it, or a key that was pasted into the wrong line.
        var shown = string.IsNullOrEmpty(value) || LooksLikeAddress(value) ? value : "(not shown)";
        return $"{path} must be an absolute http or https URI such as '{example}', but is '{shown}'.";
    }

    // A host in small letters, with or without a scheme, a port and a path: what people write who forget or misspell the scheme.
    private static bool LooksLikeAddress(string value)
    {
        if (value.AsSpan().ContainsAny(InNoAddress))
        {
            return false;
        }

        var (scheme, rest) = value.IndexOf("://", StringComparison.Ordinal) is var end and >= 0 ? (value[..end], value[(end + 3)..]) : ("", value);
        var slash = rest.IndexOf('/', StringComparison.Ordinal);
        var (host, path) = slash < 0 ? (rest, "") : (rest[..slash], rest[slash..]);
        return scheme.All(char.IsAsciiLetter) && scheme.Length <= LongestScheme && IsHost(host, hasScheme: scheme.Length > 0) && path.Split('/').All(IsShort);
    }

    private static bool IsHost(string hostAndPort, bool hasScheme)
    {
        var colon = hostAndPort.IndexOf(':', StringComparison.Ordinal);
        var (host, port) = colon < 0 ? (hostAndPort, "") : (hostAndPort[..colon], hostAndPort[(colon + 1)..]);
        var labels = host.Split('.');
        var isNamed = labels.Length > 1 && labels[^1].All(char.IsAsciiLetterLower);
        return port.Length <= LongestPort && port.All(char.IsAsciiDigit)
            && host.All(character => char.IsAsciiLetterLower(character) || char.IsAsciiDigit(character) || character is '-' or '.')
            && (hasScheme || port.Length > 0 || string.Equals(host, "localhost", StringComparison.Ordinal) || isNamed || IPAddress.TryParse(host, out _))
            && labels.All(IsShort);
    }

    // No key is.
    private static bool IsShort(string part) => part.Length <= LongestPart;
}
