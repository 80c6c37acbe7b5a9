namespace LlmResilience.Requests;

/// <summary>Lets one move of a stream through at a time, and closes once the app is done with it.</summary>
/// <remarks>
/// One word. Compare-and-swaps begin a move, take its result and close; the end of a move is a plain write, since nobody else writes while
/// a move is under way. Who is through the gate is the only one who writes what the next move does.
/// </remarks>
internal struct ConsumerGate
{
    private const int Unopened = 0;
    private const int Idle = 1;
    private const int Moving = 2;

    // The result of a move that was awaited is there but not taken yet; it would be lost if the next move began already.
    private const int Untaken = 3;
    private const int Closed = 4;

    private int _state;

    public bool IsMoving => Volatile.Read(ref _state) == Moving;

    /// <summary>The stream is enumerated for the first time.</summary>
    public bool TryOpen() => Interlocked.CompareExchange(ref _state, Idle, Unopened) == Unopened;

    public bool TryEnter() => Interlocked.CompareExchange(ref _state, Moving, Idle) == Idle;

    public void Leave() => Volatile.Write(ref _state, Idle);

    /// <summary>The same for a move that was awaited: the next one may begin when its result is taken.</summary>
    public void LeaveOnceTaken() => Volatile.Write(ref _state, Untaken);

    /// <summary>The result of a move that was awaited is taken. Nothing happens if it was none of the app's, or the stream is closed.</summary>
    public void Take() => Interlocked.CompareExchange(ref _state, Idle, Untaken);

    /// <summary>Closes the gate for good, unless a move is under way: then its end does.</summary>
    /// <returns>Whether this closed it.</returns>
    public bool TryClose()
    {
        while (true)
        {
            var state = Volatile.Read(ref _state);
            if (state is Moving or Closed)
            {
                return false;
            }

            if (Interlocked.CompareExchange(ref _state, Closed, state) == state)
            {
                return true;
            }
        }
    }
}
