using System.Diagnostics.Tracing;

namespace Gateway.Tests.Hosting;

/// <summary>Counts the bytes that this process takes: what it allocates, and what it rents of arrays that a pool has already.</summary>
internal sealed class MemoryCost : EventListener
{
    private const string Pool = "System.Buffers.ArrayPoolEventSource";

    private readonly long _before;
    private long _rented;

    public MemoryCost() => _before = GC.GetTotalAllocatedBytes(precise: true);

    public long Bytes => GC.GetTotalAllocatedBytes(precise: true) - _before + Volatile.Read(ref _rented);

    protected override void OnEventSourceCreated(EventSource eventSource)
    {
        if (string.Equals(eventSource.Name, Pool, StringComparison.Ordinal))
        {
            EnableEvents(eventSource, EventLevel.Verbose);
        }
    }

    protected override void OnEventWritten(EventWrittenEventArgs eventData)
    {
        // An array that the pool had to make is among what was allocated.
        var sign = eventData.EventName switch
        {
            "BufferRented" => 1,
            "BufferAllocated" => -1,
            _ => 0,
        };
        if (sign != 0)
        {
            Interlocked.Add(ref _rented, sign * (int)eventData.Payload![eventData.PayloadNames!.IndexOf("bufferSize")]!);
        }
    }
}
