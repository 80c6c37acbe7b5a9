namespace Gateway.Models;

/// <summary>A bounded number of things by name, made on demand; the one that was not used for longest makes room.</summary>
internal sealed class RecentlyUsed<T>(int capacity, Func<string, T> create)
    where T : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, LinkedListNode<(string Name, T Value)>> _byName = new(StringComparer.Ordinal);
    private readonly LinkedList<(string Name, T Value)> _byUse = new();

    public T Get(string name)
    {
        T? forgotten = default;
        T value;
        lock (_lock)
        {
            if (_byName.TryGetValue(name, out var node))
            {
                _byUse.Remove(node);
            }
            else
            {
                node = new((name, create(name)));
                _byName.Add(name, node);
                if (_byUse.Count == capacity)
                {
                    (var oldest, forgotten) = _byUse.Last!.Value;
                    _byUse.RemoveLast();
                    _byName.Remove(oldest);
                }
            }

            _byUse.AddFirst(node);
            value = node.Value.Value;
        }

        // Whoever still uses it goes on: disposing takes it out of the metrics, and the connections are not its own.
        forgotten?.Dispose();
        return value;
    }

    public IReadOnlyList<T> GetAll()
    {
        lock (_lock)
        {
            return [.. _byUse.Select(entry => entry.Value)];
        }
    }
}
