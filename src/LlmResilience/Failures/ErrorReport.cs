using System.Globalization;

namespace LlmResilience.Failures;

/// <summary>What a provider says about an error, wherever in the body it stood.</summary>
internal sealed class ErrorReport
{
    // A name is short; what is longer is a text in the wrong place.
    private const int LongestCode = 100;

    private readonly List<string> _codes = [];
    private readonly List<SpokenText> _texts = [];

    /// <summary>Codes, types and reasons, from the outside in.</summary>
    public IReadOnlyList<string> Codes => _codes;

    /// <summary>Messages, from the outside in.</summary>
    public IReadOnlyList<SpokenText> Texts => _texts;

    /// <summary>The HTTP status that stands in the body.</summary>
    public int? Status { get; set; }

    /// <summary>The field of the request that the error is about.</summary>
    public string? Parameter { get; set; }

    /// <summary>A field says that the prompt was flagged.</summary>
    public bool IsFlagged { get; set; }

    /// <summary>How long to wait, as a field says.</summary>
    public TimeSpan? Wait { get; set; }

    /// <summary>Headers of a response behind the one that sent this.</summary>
    public List<KeyValuePair<string, string>> Headers { get; } = [];

    /// <summary>The code of the error as the provider names it, for logs.</summary>
    public string? Name { get; private set; }

    /// <summary>The error is about a field of this request, and not about the model.</summary>
    public bool NamesField => Parameter is not null && !Parameter.Equals("model", StringComparison.OrdinalIgnoreCase);

    public static ErrorReport Of(string? code, string? message, string? parameter = null)
    {
        var report = new ErrorReport { Parameter = parameter };
        report.AddCode(code, isName: true);
        report.AddText(message);
        return report;
    }

    public void AddCode(string? code, bool isName = false)
    {
        // Anthropic calls the body itself an error; LiteLLM writes Python's null as text.
        if (string.IsNullOrWhiteSpace(code) || code.Length > LongestCode || code is "error" or "None")
        {
            return;
        }

        if (isName)
        {
            Name ??= code;
        }

        if (int.TryParse(code, NumberStyles.None, CultureInfo.InvariantCulture, out var status) && status is >= 100 and < 600)
        {
            Status ??= status;
            return;
        }

        _codes.Add(code);
    }

    public void AddText(string? message)
    {
        if (string.IsNullOrWhiteSpace(message))
        {
            return;
        }

        var text = SpokenText.Of(message);
        _texts.Add(text);
        foreach (var wrapper in text.Wrappers)
        {
            AddCode(wrapper);
        }
    }
}
