using LlmResilience.Load.Sides;

namespace LlmResilience.Load.Http;

/// <summary>Some requests of one side in a row, and what they cost together. Times in microseconds.</summary>
internal sealed record Block(double[] Latencies, StreamTimes[] Streams, double Seconds, double CpuMicroseconds, double Bytes)
{
    public int Requests => Latencies.Length;

    public double CpuPerRequest => CpuMicroseconds / Requests;

    public double BytesPerRequest => Bytes / Requests;
}
