using LlmResilience.Endpoints;

namespace LlmResilience.Chains;

/// <summary>What a walk down the chain remembers beyond its place; most walks need none.</summary>
internal sealed class WalkNotes
{
    private const int BitsPerWord = 64;

    private readonly Queue<Endpoint> _reluctant = new();
    private ulong _few;
    private ulong[] _many = [];

    /// <summary>Endpoints that are kept for when nobody else is left, in the order in which they were met.</summary>
    public Queue<Endpoint> Reluctant => _reluctant;

    public void NoteAsked(int index)
    {
        if (index < BitsPerWord)
        {
            _few |= 1UL << index;
            return;
        }

        var word = (index / BitsPerWord) - 1;
        if (word >= _many.Length)
        {
            Array.Resize(ref _many, Math.Max(word + 1, _many.Length * 2));
        }

        _many[word] |= 1UL << (index % BitsPerWord);
    }

    public bool WasAsked(int index)
    {
        if (index < BitsPerWord)
        {
            return (_few & (1UL << index)) != 0;
        }

        var word = (index / BitsPerWord) - 1;
        return word < _many.Length && (_many[word] & (1UL << (index % BitsPerWord))) != 0;
    }

    /// <summary>The walk goes on in another group, where nobody was asked yet.</summary>
    public void ForgetAsked()
    {
        _few = 0;
        Array.Clear(_many);
    }
}
