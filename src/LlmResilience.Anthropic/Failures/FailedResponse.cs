using System.Net.Http.Headers;
using System.Runtime.CompilerServices;

namespace LlmResilience.Anthropic;

/// <summary>
/// What one request's failed response says beside its body: its status, and how long to wait. The handler fills it at the bottom of the SDK, the chat client ties it to the
/// exception that comes out at the top, and the classifier, which gets nothing but the exception, finds it there.
/// </summary>
internal sealed class FailedResponse
{
    // Flows with the request down to the handler and nowhere else, however many requests there are.
    private static readonly AsyncLocal<FailedResponse?> Flowing = new();

    // Beside the exception, not in its Data, which loggers print.
    private static readonly ConditionalWeakTable<Exception, FailedResponse> ByException = [];

    private bool _isRead;

    public static FailedResponse? Current => Flowing.Value;

    /// <summary>The status with which it came, whatever the SDK was then told.</summary>
    public int Status { get; private set; }

    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; private set; } = [];

    /// <summary>Starts a request in the calling asynchronous method; what flowed before is back when that method returns.</summary>
    public static FailedResponse Begin() => Flowing.Value = new FailedResponse();

    public static FailedResponse? Of(Exception exception) => ByException.TryGetValue(exception, out var response) ? response : null;

    /// <summary>Ties it to what the SDK made of it.</summary>
    /// <returns>Always <see langword="false"/>, so that an exception filter can call it without catching.</returns>
    public bool AttachTo(Exception exception)
    {
        if (_isRead)
        {
            ByException.AddOrUpdate(exception, this);
        }

        return false;
    }

    public void Read(int status, HttpResponseHeaders headers)
    {
        Status = status;
        Headers = [.. headers.NonValidated.Select(header => KeyValuePair.Create(header.Key, header.Value.ToString()))];
        _isRead = true;
    }
}
