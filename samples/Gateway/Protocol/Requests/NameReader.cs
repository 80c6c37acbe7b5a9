namespace Gateway.Protocol.Requests;

/// <summary>Reads names of models and roles.</summary>
internal static class NameReader
{
    private const int MostBytes = 1024;

    /// <summary>The name, or <see langword="null"/> if it is no text, has no letters, or is longer than any name.</summary>
    public static string? Read(ReadOnlyMemory<byte> json)
        => json.Length <= MostBytes && JsonPieces.ReadText(json) is { } name && !string.IsNullOrWhiteSpace(name) ? name : null;
}
