using System.Text;

namespace LlmResilience.Testing;

/// <summary>The model's vocabulary. Plain letters, so that no word needs escaping in JSON.</summary>
internal static class Words
{
    // A prime number of words, so that different starting points give texts that differ for long.
    private static readonly byte[][] All =
    [
        .. ("the river runs past old stone houses and children wave at slow boats while bread bakes in warm kitchens "
            + "near a quiet square where two friends talk about rain gardens trains music distant hills and what to cook "
            + "tonight for everyone who comes home")
            .Split(' ').Select(static word => Encoding.UTF8.GetBytes(" " + word)),
    ];

    public static ReadOnlySpan<byte> Get(uint index, bool isFirst)
    {
        var word = All[index % (uint)All.Length];
        return isFirst ? word.AsSpan(1) : word;
    }
}
