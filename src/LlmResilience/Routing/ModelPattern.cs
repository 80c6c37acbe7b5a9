namespace LlmResilience.Routing;

/// <summary>A pattern of models' names, taken apart once: text before the first star, between stars, and behind the last.</summary>
/// <remarks>
/// Most rules do not match most requests, so the first thing that is looked at is the one character that similar names differ in: the last
/// one before the star, or before the end.
/// </remarks>
internal readonly struct ModelPattern
{
    private const char Star = '*';
    private const int LastAscii = 0x7F;
    private const int CaseBit = 0x20;

    private readonly string _start;
    private readonly string _end;
    private readonly string[] _between;
    private readonly int _minLength;
    private readonly bool _isExact;
    private readonly bool _isLoneStar;

    public ModelPattern(string pattern)
    {
        var parts = pattern.Split(Star);
        _start = parts[0];
        _isExact = parts.Length == 1;
        _end = _isExact ? "" : parts[^1];
        _between = _isExact ? [] : [.. parts[1..^1].Where(static part => part.Length > 0)];
        _minLength = parts.Sum(static part => part.Length);
        _isLoneStar = pattern is [Star];
    }

    /// <summary>Whether a request for this model is meant.</summary>
    /// <param name="model">The model; <see langword="null"/> for a request that names none.</param>
    public bool Matches(string? model)
    {
        if (model is null)
        {
            return _isLoneStar;
        }

        if (model.Length < _minLength || (_isExact && model.Length != _minLength))
        {
            return false;
        }

        return !(_start.Length > 0 && Differ(model[_start.Length - 1], _start[^1])) && MatchesAll(model);
    }

    // Of two that are not both ASCII nothing is said: their case is no matter of one bit.
    private static bool Differ(char one, char other) => (one | other) <= LastAscii && (one | CaseBit) != (other | CaseBit);

    private bool MatchesAll(ReadOnlySpan<char> rest)
    {
        if (!rest.StartsWith(_start, StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        rest = rest[_start.Length..];
        if (!rest.EndsWith(_end, StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        rest = rest[..^_end.Length];
        foreach (var part in _between)
        {
            var at = rest.IndexOf(part, StringComparison.OrdinalIgnoreCase);
            if (at < 0)
            {
                return false;
            }

            rest = rest[(at + part.Length)..];
        }

        return true;
    }
}
