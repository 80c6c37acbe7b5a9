using System.Text.Json.Nodes;

namespace LlmResilience.Faults.Tests.Vectors;

/// <summary>Finds replies with their verdicts: in the folder that <c>LLMRESILIENCE_VECTORS</c> names, else in the copy that is built with the tests.</summary>
internal static class FailureVectorFile
{
    /// <summary>The one row of a folder without replies, since runners take a theory without rows for a mistake.</summary>
    public const string NoReplies = "no replies in this folder";

    private const string Pattern = "failures*.json";

    private static readonly Lazy<Dictionary<string, JsonObject>> Cases = new(Load);

    private static string Folder => Environment.GetEnvironmentVariable("LLMRESILIENCE_VECTORS") is { Length: > 0 } folder
        ? folder
        : Path.Combine(AppContext.BaseDirectory, "Vectors");

    /// <summary>Every reply, streamed and not; a stream only streamed.</summary>
    public static TheoryData<string, bool> LoadNames()
    {
        var names = new TheoryData<string, bool>();
        foreach (var (id, reply) in Cases.Value)
        {
            names.Add(id, true);
            if (reply["stream"] is null)
            {
                names.Add(id, false);
            }
        }

        if (Cases.Value.Count == 0)
        {
            names.Add(NoReplies, false);
        }

        return names;
    }

    public static bool HasReplies => Cases.Value.Count > 0;

    public static JsonObject Find(string id) => Cases.Value[id];

    private static Dictionary<string, JsonObject> Load()
        => (Directory.Exists(Folder) ? Directory.GetFiles(Folder, Pattern) : [])
            .SelectMany(file => JsonNode.Parse(File.ReadAllText(file))!["cases"]!.AsArray())
            .ToDictionary(reply => (string)reply!["id"]!, reply => reply!.AsObject(), StringComparer.Ordinal);
}
