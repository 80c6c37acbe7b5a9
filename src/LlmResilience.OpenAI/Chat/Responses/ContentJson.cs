using System.Text.Json;
using Microsoft.Extensions.AI;

namespace LlmResilience.OpenAI;

/// <summary>Reads the content of a message or of a piece of one.</summary>
internal static class ContentJson
{
    /// <param name="content">The content: a text, or parts.</param>
    /// <param name="contents">Where to add what is read.</param>
    /// <param name="message">Takes what is no content by itself.</param>
    public static void Read(JsonElement content, IList<AIContent> contents, MessageReader message)
    {
        if (content.ValueKind == JsonValueKind.Array)
        {
            foreach (var part in content.EnumerateArray())
            {
                ReadPart(part, contents, message);
            }
        }
        else if (content.ValueKind == JsonValueKind.String && !content.ValueEquals(""u8))
        {
            contents.Add(new TextContent(content.GetString()));
        }
    }

    /// <summary>Reads OpenRouter's <c>images</c>.</summary>
    public static void ReadImages(JsonElement images, IList<AIContent> contents)
    {
        if (images.ValueKind == JsonValueKind.Array)
        {
            foreach (var image in images.EnumerateArray())
            {
                contents.Add(ReadImage(image) ?? Unknown(image));
            }
        }
    }

    /// <summary>A part that nobody here knows: the app may.</summary>
    public static AIContent Unknown(JsonElement part) => new() { RawRepresentation = part.Clone() };

    private static void ReadPart(JsonElement part, IList<AIContent> contents, MessageReader message)
    {
        switch (part.Text("type"u8))
        {
            case "text" or "output_text" or null when part.Property("text"u8).ValueKind == JsonValueKind.String:
                if (part.Text("text"u8) is { } text)
                {
                    contents.Add(new TextContent(text));
                }

                break;
            case "thinking":
                message.AddThinking(ThinkingOf(part), contents);
                break;
            case "refusal":
                message.AddRefusal(part.Text("refusal"u8));
                break;
            case "image_url" when ReadImage(part) is { } image:
                contents.Add(image);
                break;
            default:
                contents.Add(Unknown(part));
                break;
        }
    }

    // Mistral's thinking is made of parts itself; what is no text among them says where it comes from, and is in the raw answer.
    private static string? ThinkingOf(JsonElement part)
    {
        var thinking = part.Property("thinking"u8);
        return thinking.ValueKind == JsonValueKind.Array
            ? string.Concat(thinking.EnumerateArray().Select(static piece => piece.Text("text"u8)))
            : part.Text("thinking"u8);
    }

    private static AIContent? ReadImage(JsonElement image)
    {
        var address = image.Property("image_url"u8);
        var uri = address.ValueKind == JsonValueKind.String ? address.GetString() : address.Text("url"u8);
        try
        {
            return uri is null ? null
                : uri.StartsWith("data:", StringComparison.OrdinalIgnoreCase) ? new DataContent(uri)
                : Uri.TryCreate(uri, UriKind.Absolute, out var absolute) ? new UriContent(absolute, "image/*")
                : null;
        }
        catch (Exception e) when (e is ArgumentException or FormatException)
        {
            return null;
        }
    }
}
