using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace LlmResilience.TestUtils;

/// <summary>How providers say no, with the verdicts: in the folder that <c>LLMRESILIENCE_VECTORS</c> names, else in the copy that is built with the tests.</summary>
public static partial class FailureReplies
{
    private const string Pattern = "failures*.json";

    private static readonly Lazy<Dictionary<string, JsonObject>> Cases = new(Load);

    private static string Folder => Environment.GetEnvironmentVariable("LLMRESILIENCE_VECTORS") is { Length: > 0 } folder
        ? folder
        : Path.Combine(AppContext.BaseDirectory, "Vectors");

    /// <summary>The replies by their ids; none in a folder without them.</summary>
    public static IReadOnlyDictionary<string, JsonObject> All => Cases.Value;

    /// <summary>Writes instants such as <c>{{now+12s|http-date}}</c> out.</summary>
    public static string Fill(string text, DateTimeOffset now) => Later().Replace(text, match =>
    {
        var then = now.AddSeconds(double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture));
        return match.Groups[2].Value switch
        {
            "http-date" => then.ToString("r", CultureInfo.InvariantCulture),
            "rfc3339" => then.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture),
            "unix" => then.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture),
            "unix-ms" => then.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture),
            var other => throw new NotSupportedException(other),
        };
    });

    private static Dictionary<string, JsonObject> Load()
        => (Directory.Exists(Folder) ? Directory.GetFiles(Folder, Pattern) : [])
            .SelectMany(file => JsonNode.Parse(File.ReadAllText(file))!["cases"]!.AsArray())
            .ToDictionary(reply => (string)reply!["id"]!, reply => reply!.AsObject(), StringComparer.Ordinal);

    [GeneratedRegex(@"\{\{now\+([0-9.]+)s\|([a-z0-9-]+)\}\}")]
    private static partial Regex Later();
}
