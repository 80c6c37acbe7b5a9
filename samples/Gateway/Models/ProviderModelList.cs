using System.Net.Http.Headers;
using System.Text.Json;
using Gateway.Configuration;

namespace Gateway.Models;

/// <summary>The provider's own list of models, if it has one and is up.</summary>
internal sealed class ProviderModelList : IDisposable
{
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(5), MaxResponseContentBufferSize = 4 * 1024 * 1024 };
    private readonly Uri _address;

    public ProviderModelList(GatewayOptions options)
    {
        _address = new Uri($"{options.Provider!.TrimEnd('/')}/models");
        if (!string.IsNullOrWhiteSpace(options.ProviderKey))
        {
            _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", options.ProviderKey.Trim());
        }
    }

    /// <summary>The models' names, or <see langword="null"/>.</summary>
    public async Task<IReadOnlyList<string>?> GetAsync(CancellationToken cancellationToken)
    {
        try
        {
            var list = await _http.GetFromJsonAsync<JsonElement>(_address, cancellationToken);
            return [.. list.GetProperty("data").EnumerateArray().Select(model => model.GetProperty("id").GetString()!)];
        }
        catch (Exception exception) when (exception is HttpRequestException or JsonException or KeyNotFoundException or InvalidOperationException or NotSupportedException
            || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return null;
        }
    }

    public void Dispose() => _http.Dispose();
}
