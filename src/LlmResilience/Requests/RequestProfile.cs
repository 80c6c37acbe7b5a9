using System.Globalization;
using System.Text.Json;
using LlmResilience.Endpoints;
using LlmResilience.Utilities;
using Microsoft.Extensions.AI;

namespace LlmResilience.Requests;

/// <summary>What a request says of itself in its options, read in one pass.</summary>
internal readonly struct RequestProfile
{
    private RequestProfile(AdditionalPropertiesDictionary properties)
    {
        foreach (var (key, value) in properties)
        {
            if (value is null || !RequestProperties.IsOne(key))
            {
                continue;
            }

            if (RequestProperties.Are(key, RequestProperties.Consumer))
            {
                Consumer = TextOf(key, value);
            }
            else if (RequestProperties.Are(key, RequestProperties.AffinityKey))
            {
                AffinityKey = TextOf(key, value);
            }
            else if (RequestProperties.Are(key, RequestProperties.Region))
            {
                Region = TextOf(key, value);
            }
            else if (RequestProperties.Are(key, RequestProperties.AllowedEndpoints))
            {
                AllowedEndpoints = NamesOf(key, value);
            }
            else if (RequestProperties.Are(key, RequestProperties.RequestTimeout))
            {
                RequestTimeout = TimeOf(key, value);
            }
            else if (RequestProperties.Are(key, RequestProperties.Endpoint))
            {
                Endpoint = TextOf(key, value);
            }
            else if (RequestProperties.Are(key, RequestProperties.Importance))
            {
                Importance = ImportanceOf(key, value);
            }
        }
    }

    /// <summary>On whose behalf it is made.</summary>
    public string? Consumer { get; }

    /// <summary>The conversation that it belongs to.</summary>
    public string? AffinityKey { get; }

    /// <summary>Where it comes from.</summary>
    public string? Region { get; }

    /// <summary>The only endpoints that it may be sent to; <see langword="null"/> for any.</summary>
    public string[]? AllowedEndpoints { get; }

    /// <summary>How long it may take; <see langword="null"/> if it does not say.</summary>
    public TimeSpan? RequestTimeout { get; }

    /// <summary>The endpoint that it belongs to, with whatever state it names.</summary>
    public string? Endpoint { get; }

    public RequestImportance Importance { get; }

    /// <summary>Reads it.</summary>
    /// <exception cref="ArgumentException">A value was not set by the methods that are there for it, and is not what they set.</exception>
    public static RequestProfile Of(ChatOptions? options) => options?.AdditionalProperties is { } properties ? new RequestProfile(properties) : default;

    /// <summary>The one thing that a request asks for again and again while it runs.</summary>
    public static TimeSpan? TimeoutOf(ChatOptions? options)
        => options?.AdditionalProperties is { } properties && properties.TryGetValue(RequestProperties.RequestTimeout, out var value) && value is not null
            ? TimeOf(RequestProperties.RequestTimeout, value)
            : null;

    public static bool IsTimeout(TimeSpan timeout)
        => timeout == Timeout.InfiniteTimeSpan || (timeout > TimeSpan.Zero && timeout <= OptionsChecker.OneDay);

    private static string? TextOf(string key, object value)
    {
        var text = value switch
        {
            string known => known,
            JsonElement { ValueKind: JsonValueKind.String } json => json.GetString(),
            JsonElement { ValueKind: JsonValueKind.Null } => null,
            _ => throw Unreadable(key),
        };
        return string.IsNullOrWhiteSpace(text) ? null : text;
    }

    // Where a list cannot be read the request fails: to send it anywhere would be worse.
    private static string[]? NamesOf(string key, object value) => value switch
    {
        string[] names => names,
        IEnumerable<string> names => [.. names],
        JsonElement { ValueKind: JsonValueKind.Array } json => NamesIn(key, json),
        JsonElement { ValueKind: JsonValueKind.Null } => null,
        _ => throw Unreadable(key),
    };

    // Apart, so that what it captures is made only where it is needed.
    private static string[] NamesIn(string key, JsonElement json) => [.. json.EnumerateArray().Select(name => TextOf(key, name) ?? throw Unreadable(key))];

    private static TimeSpan? TimeOf(string key, object value)
    {
        if (value is TimeSpan timeout || TimeSpan.TryParse(TextOf(key, value), CultureInfo.InvariantCulture, out timeout))
        {
            return IsTimeout(timeout) ? timeout : throw Unreadable(key);
        }

        return value is JsonElement { ValueKind: JsonValueKind.Null } ? null : throw Unreadable(key);
    }

    private static RequestImportance ImportanceOf(string key, object value) => TextOf(key, value) switch
    {
        null or nameof(RequestImportance.Normal) => RequestImportance.Normal,
        nameof(RequestImportance.Background) => RequestImportance.Background,
        nameof(RequestImportance.Critical) => RequestImportance.Critical,
        _ => throw Unreadable(key),
    };

    // Without the value, which may be anything.
#pragma warning disable CA2208, MA0015 // It is the app's argument, and so named as that of the client's method.
    private static ArgumentException Unreadable(string key)
        => new($"The additional property '{key}' is not of the kind that the library keeps there. Set it with the extension methods of ChatOptions.", "options");
#pragma warning restore CA2208, MA0015
}
