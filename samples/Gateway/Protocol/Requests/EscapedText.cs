using System.Globalization;
using Gateway.Protocol.Errors;

namespace Gateway.Protocol.Requests;

/// <summary>What JSON can escape and no text can hold.</summary>
internal static class EscapedText
{
    private const int EscapeLength = 6;

    /// <summary>Whether one half of a surrogate pair stands alone, which would only be found when the request is sent.</summary>
    /// <param name="json">Valid JSON, in which backslashes stand in strings only. It is looked at where it is: unescaping would take as much memory again.</param>
    public static bool HasHalfCharacter(ReadOnlySpan<byte> json)
    {
        while (json.IndexOf((byte)'\\') is var start && start >= 0)
        {
            json = json[start..];
            var first = CodeUnitAt(json);
            if (first is null || !char.IsSurrogate(first.Value))
            {
                json = json[(first is null ? 2 : EscapeLength)..];
            }
            else if (char.IsHighSurrogate(first.Value) && CodeUnitAt(json[EscapeLength..]) is { } second && char.IsLowSurrogate(second))
            {
                json = json[(2 * EscapeLength)..];
            }
            else
            {
                return true;
            }
        }

        return false;
    }

    public static RequestException HalfCharacter()
        => RequestException.Invalid("The body holds text that is not Unicode: one half of a surrogate pair.");

    private static char? CodeUnitAt(ReadOnlySpan<byte> json)
        => json.Length >= EscapeLength && json.StartsWith("\\u"u8) ? (char)ushort.Parse(json[2..EscapeLength], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture) : null;
}
