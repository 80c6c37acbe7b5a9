namespace LlmResilience.Chains;

/// <summary>Lists of endpoints' names, equal if they have the same names in the same order, whatever the case.</summary>
internal sealed class NameListComparer : IEqualityComparer<string[]>
{
    public static NameListComparer Instance { get; } = new();

    public bool Equals(string[]? x, string[]? y)
        => ReferenceEquals(x, y) || (x is not null && y is not null && x.AsSpan().SequenceEqual(y, StringComparer.OrdinalIgnoreCase));

    public int GetHashCode(string[] obj)
    {
        var hash = default(HashCode);
        foreach (var name in obj)
        {
            hash.Add(name, StringComparer.OrdinalIgnoreCase);
        }

        return hash.ToHashCode();
    }
}
