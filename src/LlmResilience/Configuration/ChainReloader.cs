using LlmResilience.Chains;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace LlmResilience.Configuration;

/// <summary>Applies changes of the configuration to a running client. An invalid change is logged, and the last good options stay.</summary>
internal sealed class ChainReloader : IDisposable
{
    private readonly object _lock = new();
    private readonly CurrentChain _current;
    private readonly Action _rebuild;
    private readonly List<IDisposable> _subscriptions = [];
    private bool _disposed;

    /// <summary>Follows the configuration.</summary>
    /// <param name="current">The client's chain.</param>
    /// <param name="sections">What the chain was read from.</param>
    /// <param name="rebuild">Replaces the chain, or throws and leaves it.</param>
    public ChainReloader(CurrentChain current, IEnumerable<IConfiguration> sections, Action rebuild)
    {
        _current = current;
        _rebuild = rebuild;
        foreach (var section in sections)
        {
            _subscriptions.Add(ChangeToken.OnChange(section.GetReloadToken, Reload));
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

    private void Reload()
    {
        lock (_lock)
        {
            if (_disposed)
            {
                return;
            }

            try
            {
                _rebuild();
                _current.Value.Telemetry.Reloaded();
            }
            catch (OptionsValidationException exception)
            {
                _current.Value.Telemetry.ReloadRefused(string.Join(' ', exception.Failures));
            }
#pragma warning disable CA1031 // The change is told on a thread of the configuration's, where an exception would end the process.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                _current.Value.Telemetry.ReloadRefused(exception.GetType().Name);
            }
        }
    }
}
