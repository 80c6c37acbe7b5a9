using System.Runtime.CompilerServices;

namespace LlmResilience;

/// <summary>A body on its way in, which ends or fails where it becomes longer than anything sound.</summary>
internal sealed class BoundedStream(Stream inner, BodyBound bound) : ReadOnlyStream
{
    private long _left = bound.Length;
    private long _line;

    public override int Read(Span<byte> buffer)
    {
        buffer = buffer[..Allowed(buffer.Length)];
        return Count(buffer, inner.Read(buffer));
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        buffer = buffer[..Allowed(buffer.Length)];
        var read = inner.ReadAsync(buffer, cancellationToken);
        return read.IsCompletedSuccessfully ? new(Count(buffer.Span, read.Result)) : CountAsync(buffer, read);
    }

    public override async ValueTask DisposeAsync()
    {
        await inner.DisposeAsync().ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> CountAsync(Memory<byte> buffer, ValueTask<int> read)
    {
        var count = await read.ConfigureAwait(false);
        return Count(buffer.Span, count);
    }

    private int Allowed(int wanted) => bound.EndsQuietly && wanted > _left ? (int)_left : wanted;

    private int Count(ReadOnlySpan<byte> buffer, int count)
    {
        _left -= count;
        if (_left < 0)
        {
            throw TooLong("response", bound.Length);
        }

        if (bound.LineLength != long.MaxValue)
        {
            CountLine(buffer[..count]);
        }

        return count;
    }

    private void CountLine(ReadOnlySpan<byte> bytes)
    {
        int end;
        while ((end = bytes.IndexOfAny((byte)'\n', (byte)'\r')) >= 0)
        {
            CheckLine(end);
            _line = 0;
            bytes = bytes[(end + 1)..];
        }

        CheckLine(bytes.Length);
        _line += bytes.Length;
    }

    private void CheckLine(int more)
    {
        if (_line + more > bound.LineLength)
        {
            throw TooLong("line", bound.LineLength);
        }
    }

    // The core knows this exception as a broken protocol.
    private static InvalidDataException TooLong(string what, long bound) => new($"The {what} is longer than {bound} bytes, more than is ever read of one.");
}
