using LlmResilience.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace LlmResilience.Configuration;

/// <summary>Makes a client's chains, and again with each change of the configuration. An invalid change is logged, and the last good options stay.</summary>
/// <remarks>
/// One chain is made at a time, and without a lock, since clients are made on the way, by code of others: a change that comes meanwhile is
/// noted, and the chain is made once more. The configuration, which outlives many clients, holds no client that its app has forgotten.
/// </remarks>
internal sealed class ChainReloader : IDisposable
{
    private readonly object _lock = new();
    private readonly CurrentRoutes _current;
    private readonly Action _rebuild;
    private readonly List<IDisposable> _subscriptions = [];
    private bool _isBuilding;
    private bool _hasChanged;
    private bool _disposed;

    /// <summary>Creates it; <see cref="Start"/> makes the first chain.</summary>
    /// <param name="current">The client's routes.</param>
    /// <param name="rebuild">Replaces the routes with their chains, or throws and leaves them.</param>
    public ChainReloader(CurrentRoutes current, Action rebuild)
    {
        _current = current;
        _rebuild = rebuild;
    }

    /// <summary>Makes the first chain, of the configuration that it follows from then on.</summary>
    /// <param name="sections">What the chain is read from.</param>
    public void Start(IEnumerable<IConfiguration> sections)
    {
        // Subscribed first: a change while the chain is made is not lost.
        _isBuilding = true;
        var weak = new WeakReference<ChainReloader>(this);
        foreach (var section in sections)
        {
            _subscriptions.Add(ChangeToken.OnChange(section.GetReloadToken, static weak => Find(weak)?.Reload(), weak));
        }

        try
        {
            _rebuild();
        }
        catch
        {
            Dispose();
            throw;
        }

        if (MustBuildAgain())
        {
            ReloadUntilUnchanged();
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _disposed = true;
        }

        _subscriptions.ForEach(subscription => subscription.Dispose());
    }

    private static ChainReloader? Find(WeakReference<ChainReloader> weak) => weak.TryGetTarget(out var reloader) ? reloader : null;

    private void Reload()
    {
        lock (_lock)
        {
            if (_disposed || _isBuilding)
            {
                _hasChanged = true;
                return;
            }

            _isBuilding = true;
        }

        ReloadUntilUnchanged();
    }

    private void ReloadUntilUnchanged()
    {
        do
        {
            ReloadOnce();
        }
        while (MustBuildAgain());
    }

    private bool MustBuildAgain()
    {
        lock (_lock)
        {
            _isBuilding = _hasChanged && !_disposed;
            _hasChanged = false;
            return _isBuilding;
        }
    }

    private void ReloadOnce()
    {
        try
        {
            _rebuild();
            _current.Value.All.Telemetry.Reloaded();
        }
        catch (ObjectDisposedException) when (_disposed)
        {
            // Nobody needs the chain any more.
        }
        catch (OptionsValidationException exception)
        {
            _current.Last.All.Telemetry.ReloadRefused(string.Join(' ', exception.Failures));
        }
#pragma warning disable CA1031 // The change is told on a thread of the configuration's, where an exception would end the process.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            _current.Last.All.Telemetry.ReloadRefused(exception.GetType().Name);
        }
    }
}
