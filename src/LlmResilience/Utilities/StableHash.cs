using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace LlmResilience.Utilities;

/// <summary>A 64-bit hash that is the same in every process and on every machine, of parts that are added one after another.</summary>
/// <remarks>
/// The multiply-and-fold of wyhash (Wang Yi, in the public domain): 16 bytes a step. It spreads well and is fast, and is no secret: whoever
/// chooses the text can choose the hash. .NET's own string hash differs from process to process.
/// </remarks>
internal struct StableHash()
{
    // Odd constants of wyhash, whose bits are set without a pattern.
    private const ulong First = 0xa0761d6478bd642f;
    private const ulong Second = 0xe7037ed1a0b428db;
    private const ulong Third = 0x8ebc6af09c88c6e3;

    private const int Half = sizeof(ulong);
    private const int Step = 2 * Half;

    private ulong _state = Third;

    public readonly ulong Value => Mix(_state, First);

    public static ulong Of(ReadOnlySpan<char> text)
    {
        var hash = new StableHash();
        hash.Add(text);
        return hash.Value;
    }

    /// <summary>Two hashes made into one, in which every bit depends on all of theirs.</summary>
    public static ulong Mix(ulong left, ulong right) => Fold(Fold(left ^ First, right ^ Second), Third);

    public void Add(ReadOnlySpan<char> text) => Add(MemoryMarshal.AsBytes(text));

    /// <summary>Adds a part. Where it ends counts: the same bytes in other parts are another hash.</summary>
    public void Add(ReadOnlySpan<byte> bytes)
    {
        var length = (ulong)bytes.Length;
        for (; bytes.Length > Step; bytes = bytes[Step..])
        {
            AddStep(BinaryPrimitives.ReadUInt64LittleEndian(bytes), BinaryPrimitives.ReadUInt64LittleEndian(bytes[Half..]));
        }

        Span<byte> rest = stackalloc byte[Step];
        rest.Clear();
        bytes.CopyTo(rest);
        AddStep(BinaryPrimitives.ReadUInt64LittleEndian(rest), BinaryPrimitives.ReadUInt64LittleEndian(rest[Half..]));
        _state = Fold(_state ^ length, Third);
    }

    private void AddStep(ulong left, ulong right) => _state = Fold(left ^ Second, right ^ _state ^ First);

    private static ulong Fold(ulong left, ulong right) => Math.BigMul(left, right, out var low) ^ low;
}
