using System.Diagnostics;

namespace Overload.Stage.Recording;

/// <summary>Collects what happens in a run, from many threads.</summary>
internal sealed class RunRecorder(string name, Stopwatch clock)
{
    private readonly Lock _lock = new();
    private readonly List<RequestRecord> _requests = [];
    private readonly List<FirstTokenRecord> _firstTokens = [];
    private readonly List<EjectionRecord> _ejections = [];
    private readonly List<TimelineSample> _samples = [];
    private int _sent;
    private int _fallbacks;

    public string Name => name;

    public TimeSpan Elapsed => clock.Elapsed;

    public void RequestSent() => Interlocked.Increment(ref _sent);

    public void FellBack() => Interlocked.Increment(ref _fallbacks);

    public void RequestEnded(RequestRecord request) => Add(_requests, request);

    public void UserSawFirstToken(TimeSpan duration) => Add(_firstTokens, new(clock.Elapsed, Endpoint: null, duration.TotalMilliseconds));

    public void EndpointSentFirstToken(string endpoint, TimeSpan duration) => Add(_firstTokens, new(clock.Elapsed, endpoint, duration.TotalMilliseconds));

    public void Ejected(string endpoint, int k, TimeSpan time, string reason) => Add(_ejections, new(clock.Elapsed, endpoint, k, time, reason));

    public void Sampled(TimelineSample sample) => Add(_samples, sample);

    public RunRecording Read()
    {
        lock (_lock)
        {
            return new RunRecording
            {
                Sent = _sent,
                Fallbacks = _fallbacks,
                Requests = [.. _requests],
                FirstTokens = [.. _firstTokens],
                Ejections = [.. _ejections],
                Samples = [.. _samples],
            };
        }
    }

    private void Add<T>(List<T> list, T item)
    {
        lock (_lock)
        {
            list.Add(item);
        }
    }
}
