using System.Collections.Frozen;

namespace LlmResilience.Routing;

/// <summary>The names that a route asks for, compared whole.</summary>
internal sealed class NameCondition
{
    // Among fewer, comparing lengths and a few characters is faster than a hash.
    private const int Few = 4;

    private readonly string[] _few = [];
    private readonly FrozenSet<string>? _many;
    private readonly StringComparison _comparison;

    public NameCondition(IReadOnlyList<string> names, StringComparison comparison)
    {
        _comparison = comparison;
        if (names.Count <= Few)
        {
            _few = [.. names];
        }
        else
        {
            _many = names.ToFrozenSet(StringComparer.FromComparison(comparison));
        }
    }

    public bool Holds(string? name)
    {
        if (name is null)
        {
            return false;
        }

        if (_many is not null)
        {
            return _many.Contains(name);
        }

        foreach (var one in _few)
        {
            if (string.Equals(one, name, _comparison))
            {
                return true;
            }
        }

        return false;
    }
}
