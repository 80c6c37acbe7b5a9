using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace LlmResilience;

/// <summary>Applies changes of the configuration to a running client. An invalid change is logged, and the last good options stay.</summary>
internal sealed class ChainReloader : IDisposable
{
    private readonly object _lock = new();
    private readonly ResilientChatClient _client;
    private readonly Func<IReadOnlyList<Endpoint>, Chain> _rebuild;
    private readonly List<IDisposable> _subscriptions = [];
    private bool _disposed;

    public ChainReloader(ResilientChatClient client, IEnumerable<IConfigurationSection> sections, Func<IReadOnlyList<Endpoint>, Chain> rebuild)
    {
        _client = client;
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
                _client.Use(_rebuild(_client.Chain.Endpoints));
                _client.Chain.Telemetry.Reloaded();
            }
            catch (OptionsValidationException exception)
            {
                _client.Chain.Telemetry.ReloadRefused(string.Join(' ', exception.Failures));
            }
#pragma warning disable CA1031 // The change is told on a thread of the configuration's, where an exception would end the process.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                _client.Chain.Telemetry.ReloadRefused(exception.GetType().Name);
            }
        }
    }
}
