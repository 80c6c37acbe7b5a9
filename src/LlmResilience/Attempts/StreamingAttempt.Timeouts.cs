namespace LlmResilience;

/// <content>The clocks: the first token's, the last candidate's, and the silence between tokens.</content>
internal sealed partial class StreamAttempt
{
    private bool _progresses;
    private bool _lastChance;

    /// <summary>An update without content: if it is a piece of something that will have content, the first token's clock has done its work.</summary>
    public void NoteProgress() => _progresses = _progresses || _endpoint.Settings.IsProgress(_request.Current);

    /// <summary>The pending move is overdue: returns what to end the wait with, or nothing and the time until which the app waits on.</summary>
    public Exception? OnOverdue(long now, long due, out long extended)
    {
        extended = 0;
        if (_committed)
        {
            var silence = _endpoint.Settings.BetweenTokens;
            return now >= _request.Deadline
                ? Stalled($"The time of the request was over before the stream of endpoint '{_endpoint.Name}' ended.", _request.TimeLimit, isCensored: true)
                : Stalled($"Endpoint '{_endpoint.Name}' fell silent after its first token for {TimeSpan.FromTicks(silence)}.", TimeSpan.FromTicks(silence), Lateness.IsFar(now, due, silence));
        }

        if (_progresses)
        {
            var silence = _endpoint.Settings.BetweenTokens;
            return now >= _request.Deadline
                ? FirstTokenTimeoutException.For(_endpoint.Name, _request.TimeLimit, isCensored: true)
                : new FirstTokenTimeoutException($"Endpoint '{_endpoint.Name}' fell silent before its first token for {TimeSpan.FromTicks(silence)}.", TimeSpan.FromTicks(silence)) { IsCensored = Lateness.IsFar(now, due, silence) };
        }

        var limit = FirstTokenLimit();
        var isOver = limit != 0 && now >= _startedAt + limit;
        if (now >= _request.Deadline && !isOver)
        {
            // The request's time is over before the endpoint's, which says nothing about the endpoint.
            return FirstTokenTimeoutException.For(_endpoint.Name, _request.TimeLimit, isCensored: true);
        }

        _lastChance = _lastChance || (isOver && now < _request.Deadline && WaitsOn() && !_request.HasOtherCandidate(now));
        extended = DueForFirstToken();
        if (now < extended)
        {
            // The last candidate, or one whose limit a reload has lengthened.
            return null;
        }

        return FirstTokenTimeoutException.For(_endpoint.Name, TimeSpan.FromTicks(limit), Lateness.IsFar(now, due, limit));
    }

    /// <summary>The app waits on, but the limit was exceeded all the same: books it, unless the first token came meanwhile.</summary>
    public void OnExtended(long now, long due)
    {
        if (_lastChance && !Lateness.IsFar(now, due, due - _startedAt) && IsFirst(Booked))
        {
            _endpoint.BookFailure(_admission, new Failure(FailureKind.FirstTokenTimeout), now);
        }
    }

    private static bool IsCensored(Exception exception) => exception is FirstTokenTimeoutException { IsCensored: true } or StreamStalledException { IsCensored: true };

    private long DueForFirstToken()
    {
        var limit = FirstTokenLimit();
        return Math.Min(_request.Deadline, limit == 0 ? long.MaxValue : _startedAt + limit);
    }

    private long DueForNextToken()
        => Math.Min(_request.Deadline, _endpoint.Settings.BetweenTokens is var limit and > 0 ? _endpoint.Clock.Now + limit : long.MaxValue);

    /// <summary>The limit that holds now, in clock ticks; 0 for none.</summary>
    private long FirstTokenLimit()
    {
        var settings = _endpoint.Settings;
        return _lastChance ? settings.LastFirstToken
            : settings.FirstToken == 0 ? 0
            : settings.FirstToken + _request.ExtraForPrompt(settings);
    }

    private bool WaitsOn() => _endpoint.Settings.LastFirstToken is var last && (last == 0 || last > FirstTokenLimit());

    private StreamStalledException Stalled(string message, TimeSpan limit, bool isCensored)
        => new(message, limit, _text.ToString()) { IsCensored = isCensored };
}
