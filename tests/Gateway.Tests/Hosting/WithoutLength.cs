using System.Net;

namespace Gateway.Tests.Hosting;

/// <summary>A body that does not say how long it is.</summary>
internal sealed class WithoutLength(byte[] body) : HttpContent
{
    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => stream.WriteAsync(body).AsTask();

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}
