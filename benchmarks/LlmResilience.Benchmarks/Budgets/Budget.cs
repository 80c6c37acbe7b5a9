namespace LlmResilience.Benchmarks.Budgets;

/// <summary>One budget, and what came of it.</summary>
/// <param name="Name">What is measured.</param>
/// <param name="Measured">What the library takes.</param>
/// <param name="Peer">What it is compared with.</param>
/// <param name="Limit">The budget.</param>
/// <param name="IsMet">Whether it is within the budget.</param>
internal sealed record Budget(string Name, string Measured, string Peer, string Limit, bool IsMet)
{
    /// <summary>The library's time as a share of the peer's, round by round.</summary>
    public static Budget Ratio(string name, Cost ours, Cost peer, string peerName, double limit)
    {
        var ratio = ours.RatioTo(peer);
        return new(name, $"{ours.Nanoseconds:N0} ns, x {ratio:0.00}", $"{peerName} {peer.Nanoseconds:N0} ns", $"<= x {limit:0.00}", ratio <= limit);
    }

    public static Budget Bytes(string name, Cost ours, Cost peer, string peerName)
        => new(name, $"{ours.Bytes:N0} B", $"{peerName} {peer.Bytes:N0} B", "no more bytes", ours.Bytes <= peer.Bytes);

    public static Budget NoBytes(string name, double bytes) => new(name, $"{bytes:0.##} B", "none", "0 B", Math.Abs(bytes) < 0.5);

    /// <summary>A budget in nanoseconds of the machine on which it was set, carried over to this one.</summary>
    public static Budget Time(string name, double nanoseconds, double limit, Machine machine)
        => new(name, $"{nanoseconds:0.0} ns", $"machine x {machine.Slowness:0.00}", $"<= {limit:0} ns x {machine.Slowness:0.00}", nanoseconds <= limit * machine.Slowness);
}
