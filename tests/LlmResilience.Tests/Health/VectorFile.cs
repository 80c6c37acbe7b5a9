using System.Text.Json.Nodes;

namespace LlmResilience.Tests.Health;

/// <summary>Finds vectors: in the folder that <c>LLMRESILIENCE_VECTORS</c> names, else in the copy that is built with the tests. A folder without a file has no such tests.</summary>
internal static class VectorFile
{
    private static readonly string[] Timelines = ["ejection.json", "ejection-split.json", "pool.json", "own.json"];

    /// <summary>The folder is not the one that is built with the tests, and may lack anything.</summary>
    public static bool IsForeign => Environment.GetEnvironmentVariable("LLMRESILIENCE_VECTORS") is { Length: > 0 };

    private static string BuiltIn => Path.Combine(AppContext.BaseDirectory, "Vectors");

    private static string Folder => IsForeign ? Environment.GetEnvironmentVariable("LLMRESILIENCE_VECTORS")! : BuiltIn;

    public static TheoryData<string, string> LoadNames()
    {
        var names = new TheoryData<string, string>();
        foreach (var file in Timelines)
        {
            foreach (var vector in Read(file, "vectors"))
            {
                names.Add(file, (string)vector["name"]!);
            }
        }

        return names;
    }

    public static (JsonObject Vector, JsonObject Defaults) Load(string file, string name)
    {
        var defaults = ReadAll(Folder, file)!["vector_defaults"] ?? ReadAll(BuiltIn, "pool.json")!["vector_defaults"];
        return (Read(file, "vectors").Single(vector => (string)vector["name"]! == name), defaults!.AsObject());
    }

    /// <summary>Every vector of a kind, in whatever file of the folder it is, with its name and the defaults of its file.</summary>
    public static IEnumerable<(string Name, JsonObject Vector, JsonObject Defaults)> ReadKind(string list)
        => from path in Directory.EnumerateFiles(Folder, "*.json").Order(StringComparer.Ordinal)
           let file = JsonNode.Parse(File.ReadAllText(path)) as JsonObject
           from vector in file?[list] as JsonArray ?? []
           select ((string)vector!["name"]!, vector.AsObject(), (file["vector_defaults"] ?? new JsonObject()).AsObject());

    /// <summary>What is in one of a file's lists; nothing if there is no such file.</summary>
    public static IEnumerable<JsonObject> Read(string file, string list)
        => ReadAll(Folder, file)?[list]?.AsArray().Select(vector => vector!.AsObject()) ?? [];

    private static JsonObject? ReadAll(string folder, string file)
        => File.Exists(Path.Combine(folder, file)) ? JsonNode.Parse(File.ReadAllText(Path.Combine(folder, file)))!.AsObject() : null;
}
