using System.Diagnostics;

namespace LlmResilience.Load.Sides;

/// <summary>One of those that are compared: how it sends the one request of the comparison.</summary>
internal abstract class Side
{
    protected const string Prompt = "Count to ten.";

    public abstract Task CallAsync();

    /// <summary>Reads a stream to its end and looks at the clock at each token.</summary>
    public abstract Task<StreamTimes> StreamAsync();

    protected struct TokenClock(long begun)
    {
        private long _first;
        private long _last;
        private int _tokens;

        public void Tick()
        {
            _last = Stopwatch.GetTimestamp();
            _first = _first == 0 ? _last : _first;
            _tokens++;
        }

        public readonly StreamTimes Read() => new(
            Stopwatch.GetElapsedTime(begun, _first).TotalMicroseconds,
            Stopwatch.GetElapsedTime(_first, _last).TotalMicroseconds / Math.Max(1, _tokens - 1));
    }
}
