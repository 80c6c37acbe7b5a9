using System.Text.Json.Nodes;

namespace LlmResilience.Tests.Health;

/// <summary>Finds vectors: in the folder that <c>LLMRESILIENCE_VECTORS</c> names, else in the copy that is built with the tests.</summary>
internal static class VectorFile
{
    // Active probes come with another feature; their vectors wait for it.
    private const string ActiveCheck = "active_check";

    private static string Folder => Environment.GetEnvironmentVariable("LLMRESILIENCE_VECTORS") is { Length: > 0 } folder
        ? folder
        : Path.Combine(AppContext.BaseDirectory, "Vectors");

    public static TheoryData<string, string> LoadNames()
    {
        var names = new TheoryData<string, string>();
        foreach (var file in new[] { "ejection.json", "pool.json" }.Where(file => File.Exists(Path.Combine(Folder, file))))
        {
            foreach (var vector in Read(file)["vectors"]!.AsArray().Where(vector => !NeedsActiveProbes(vector!)))
            {
                names.Add(file, (string)vector!["name"]!);
            }
        }

        return names;
    }

    public static (JsonObject Vector, JsonObject Defaults) Load(string file, string name)
    {
        var all = Read(file);
        var vector = all["vectors"]!.AsArray().Single(vector => (string)vector!["name"]! == name)!.AsObject();
        return (vector, (all["vector_defaults"] ?? Read("ejection.json")["vector_defaults"])!.AsObject());
    }

    private static bool NeedsActiveProbes(JsonNode vector) => vector["events"]!.AsArray().Any(step => (string?)step!["do"] == ActiveCheck);

    private static JsonObject Read(string file) => JsonNode.Parse(File.ReadAllText(Path.Combine(Folder, file)))!.AsObject();
}
