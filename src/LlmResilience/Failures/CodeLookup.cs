using System.Collections.Frozen;

namespace LlmResilience.Failures;

/// <summary>Finds codes in a table: as they are, then by the rows with a star, in their order.</summary>
internal sealed class CodeLookup
{
    private readonly FrozenDictionary<string, FailureKind> _exact;
    private readonly (string[] Parts, FailureKind Kind)[] _patterns;

    public CodeLookup(IEnumerable<CodeRow> rows)
    {
        var known = rows.Select(row => (Code: CodeName.Simplify(row.Code), row.Kind)).ToList();
        _exact = known.Where(row => !row.Code.Contains('*', StringComparison.Ordinal))
            .DistinctBy(row => row.Code, StringComparer.Ordinal).ToFrozenDictionary(row => row.Code, row => row.Kind, StringComparer.Ordinal);
        _patterns = [.. known.Where(row => row.Code.Contains('*', StringComparison.Ordinal)).Select(row => (row.Code.Split('*'), row.Kind))];
    }

    /// <summary>What a code means. Of a name with dots, the whole counts first, then its last part, then its first.</summary>
    public FailureKind? Find(string code)
    {
        var dot = code.LastIndexOf('.');
        return FindName(code)
            ?? (dot > 0 ? FindName(code.AsSpan(dot + 1)) ?? FindName(code.AsSpan(0, code.IndexOf('.', StringComparison.Ordinal))) : null);
    }

    private FailureKind? FindName(ReadOnlySpan<char> code)
    {
        var name = CodeName.Simplify(code);
        if (_exact.TryGetValue(name, out var kind))
        {
            return kind;
        }

        foreach (var (parts, patternKind) in _patterns)
        {
            if (CodeName.Fits(name, parts))
            {
                return patternKind;
            }
        }

        return null;
    }
}
