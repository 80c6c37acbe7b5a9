using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace LlmResilience.OpenAI;

/// <summary>OpenRouter's <c>reasoning_details</c>, put together from their pieces.</summary>
/// <remarks>Texts and summaries come in pieces of one index, a text's signature with the last; what is encrypted comes whole.</remarks>
internal sealed class ReasoningDetails
{
    private readonly List<Detail> _details = [];

    /// <summary>Takes the details of a whole message.</summary>
    public void Add(JsonElement details)
    {
        foreach (var detail in details.EnumerateArray())
        {
            Start(detail);
        }
    }

    /// <summary>Takes pieces from a stream.</summary>
    public void AddPieces(JsonElement pieces)
    {
        foreach (var piece in pieces.EnumerateArray())
        {
            if (_details is not [.., var last] || !last.TryJoin(piece))
            {
                Start(piece);
            }
        }
    }

    public JsonArray? ToJson()
    {
        var array = new JsonArray();
        foreach (var detail in _details)
        {
            array.Add((JsonNode)detail.Complete());
        }

        return array.Count > 0 ? array : null;
    }

    /// <summary>The text of a detail that the app may read.</summary>
    public static string? TextOf(JsonElement detail) => detail.Text("text"u8) ?? detail.Text("summary"u8);

    private void Start(JsonElement detail)
    {
        if (detail.ValueKind == JsonValueKind.Object && detail.EnumerateObject().Any())
        {
            _details.Add(new(JsonObject.Create(detail.Clone())!, detail));
        }
    }

    private sealed class Detail(JsonObject json, JsonElement first)
    {
        private readonly string? _textName = first.Text("type"u8) switch
        {
            "reasoning.text" => "text",
            "reasoning.summary" => "summary",
            _ => null,
        };

        private readonly string? _type = first.Text("type"u8);
        private readonly long? _index = first.Number("index"u8);
        private readonly string? _id = first.Text("id"u8);
        private StringBuilder? _more;

        public bool TryJoin(JsonElement piece)
        {
            if (_textName is null || piece.ValueKind != JsonValueKind.Object
                || !string.Equals(piece.Text("type"u8), _type, StringComparison.Ordinal)
                || (_index is not null && piece.Number("index"u8) is { } index && index != _index)
                || (_id is not null && piece.Text("id"u8) is { } id && !string.Equals(id, _id, StringComparison.Ordinal))
                || json["signature"] is not null)
            {
                return false;
            }

            foreach (var property in piece.EnumerateObject())
            {
                if (property.NameEquals(_textName))
                {
                    (_more ??= new()).Append(property.Value.ValueKind == JsonValueKind.String ? property.Value.GetString() : null);
                }
                else if (property.Value.ValueKind != JsonValueKind.Null && json[property.Name] is null)
                {
                    json[property.Name] = JsonValue.Create(property.Value.Clone());
                }
            }

            return true;
        }

        public JsonObject Complete()
        {
            if (_more is not null)
            {
                json[_textName!] = string.Concat(json[_textName!]?.GetValueKind() == JsonValueKind.String ? json[_textName!]!.GetValue<string>() : null, _more.ToString());
                _more = null;
            }

            return json;
        }
    }
}
