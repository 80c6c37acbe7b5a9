using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;

namespace LlmResilience.OpenAI;

/// <summary>Reads where an answer comes from.</summary>
internal static class CitationJson
{
    /// <summary>Reads <c>annotations</c> of a message, and puts them at the last text that came with them.</summary>
    /// <param name="annotations">The annotations.</param>
    /// <param name="contents">What has been read.</param>
    /// <param name="first">Where in it the message or piece begins.</param>
    /// <param name="state">Takes those that go back: a file that OpenRouter has parsed need not be parsed again.</param>
    public static void Read(JsonElement annotations, IList<AIContent> contents, int first, ProviderState state)
    {
        if (annotations.ValueKind != JsonValueKind.Array || annotations.GetArrayLength() == 0)
        {
            return;
        }

        var target = TextOf(contents, first).Annotations ??= [];
        foreach (var annotation in annotations.EnumerateArray())
        {
            target.Add(annotation.Property("url_citation"u8) is { ValueKind: JsonValueKind.Object } citation ? ReadCitation(citation, annotation)
                : new AIAnnotation { RawRepresentation = annotation.Clone() });
            if (annotation.Property("file"u8).ValueKind == JsonValueKind.Object)
            {
                (state.Annotations ??= []).Add((JsonNode?)JsonObject.Create(annotation.Clone()));
            }
        }
    }

    /// <summary>Perplexity's <c>search_results</c>, or <c>citations</c> where there are only these.</summary>
    public static JsonElement FindSources(JsonElement root)
        => root.Property("search_results"u8) is { ValueKind: JsonValueKind.Array } results && results.GetArrayLength() > 0 ? results
            : root.Property("citations"u8) is { ValueKind: JsonValueKind.Array } citations && citations.GetArrayLength() > 0 ? citations
            : default;

    public static void ReadSources(JsonElement sources, IList<AIContent> contents)
    {
        if (sources.ValueKind != JsonValueKind.Array)
        {
            return;
        }

        var target = TextOf(contents, first: 0).Annotations ??= [];
        foreach (var source in sources.EnumerateArray())
        {
            target.Add(source.ValueKind == JsonValueKind.String
                ? new CitationAnnotation { Url = AddressOf(source.GetString()), RawRepresentation = source.Clone() }
                : ReadCitation(source, source));
        }
    }

    private static CitationAnnotation ReadCitation(JsonElement citation, JsonElement raw) => new()
    {
        Title = citation.Text("title"u8),
        Url = AddressOf(citation.Text("url"u8)),
        Snippet = citation.Text("content"u8) ?? citation.Text("snippet"u8),
        AnnotatedRegions = citation.Number("start_index"u8) is { } start && citation.Number("end_index"u8) is { } end
            ? [new TextSpanAnnotatedRegion { StartIndex = (int)start, EndIndex = (int)end }]
            : null,
        RawRepresentation = raw.Clone(),
    };

    private static Uri? AddressOf(string? text) => Uri.TryCreate(text, UriKind.Absolute, out var uri) ? uri : null;

    private static TextContent TextOf(IList<AIContent> contents, int first)
    {
        for (var i = contents.Count - 1; i >= first; i--)
        {
            if (contents[i] is TextContent text)
            {
                return text;
            }
        }

        var added = new TextContent("");
        contents.Add(added);
        return added;
    }
}
