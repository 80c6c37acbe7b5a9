using System.Net;
using System.Text;
using Gateway.Tests.Hosting;

namespace Gateway.Tests;

/// <summary>
/// What a large body takes of the memory: all that is allocated or rented from its first byte to its answer, above what a small one takes.
/// Alone, since it counts what the whole process takes.
/// </summary>
[CollectionDefinition(nameof(BodyMemoryTests), DisableParallelization = true)]
[Collection(nameof(BodyMemoryTests))]
public sealed class BodyMemoryTests
{
    private const int Length = 31 * 1024 * 1024;

    // The connections' buffers differ by that from one request to the next.
    private const int Noise = 1024 * 1024;

    public static TheoryData<string, string, string> Bodies => new()
    {
        // What is in front, what is repeated, what is behind.
        { """{"model":"m","messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:image/png;base64,""", "AAAA", "\"}}]}]}" },
        { """{"model":"m","messages":[{"role":"user","content":" """, "Word ", "\"}]}" },
        { """{"model":"m","messages":[{"role":"user","content":[{"type":"text","text":" """, """\"\u00e4\n""", "\"}]}]}" },
        { """{"model":"m","messages":[{"role":"user","content":""}""", $$""",{"role":"user","content":"{{new string('x', 2048)}}"}""", "]}" },
        { """{"model":"m","messages":[{"role":"user","content":[{"text":""}""", """,{"text":""}""", "]}]}" },
        { """{"model":"m","messages":[{"role":"user","content":[1""", ",1", "]}]}" },
        { """{"model":"m","messages":[{"role":"user","content":"Hi"}],"tools":[{}""", $$$""",{"type":"function","function":{"name":"{{{new string('n', 512)}}}"}}""", "]}" },
        { """{"model":"m","messages":[{"role":"user","content":"Hi"}],"x":[1""", ",1", "]}" },
        { """{"model":"m","messages":[{"role":"user","content":"Hi"}],"x":[1""", """,{"\n":1,"\t":2}""", "]}" },
    };

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task A_body_of_31_MB_costs_at_most_half_as_much_again_as_itself(string start, string repeated, string end)
    {
        var (cost, atRest) = await MeasureAsync(length => new ByteArrayContent(Create(start, repeated, end, length)));

        Assert.InRange(cost, Length, Length * 3L / 2);
        Assert.InRange(atRest, Length / 2, Length * 3L / 2);
    }

    [Fact]
    public async Task An_image_of_31_MB_costs_itself()
    {
        var (start, repeated, end) = Bodies.First().Data;

        var (cost, atRest) = await MeasureAsync(length => new ByteArrayContent(Create(start, repeated, end, length)));

        Assert.InRange(cost, Length, Length + Noise);
        Assert.InRange(atRest, Length / 2, Length + Noise);
    }

    [Fact]
    public async Task One_that_does_not_say_its_length_costs_twice_itself_until_it_is_read()
    {
        var (start, repeated, end) = Bodies.First().Data;

        var (cost, atRest) = await MeasureAsync(length => new WithoutLength(Create(start, repeated, end, length)));

        Assert.InRange(cost, Length, 2L * Length + Noise);
        Assert.InRange(atRest, Length / 2, Length + Noise);
    }

    /// <summary>What a body costs in all, and what of it stays while the provider works on it.</summary>
    private static async Task<(long Cost, long AtRest)> MeasureAsync(Func<int, HttpContent> create)
    {
        var atRest = 0L;
        var alive = 0L;
        await using var provider = new ForgetfulProvider(() => atRest = GC.GetTotalMemory(forceFullCollection: true) - alive);
        await using var gateway = await RunningGateway.ForProviderAsync(provider.Address);
        using var body = create(Length);
        await PostAsync(gateway, create(1024 * 1024));
        var small = await CostAsync(gateway, create(1024));
        alive = GC.GetTotalMemory(forceFullCollection: true);
        var cost = await CostAsync(gateway, body);
        Assert.InRange(provider.Length, Length - Noise, Length + Noise);
        TestContext.Current.TestOutputHelper?.WriteLine($"{cost - small} bytes in all, {atRest} at rest.");
        return (cost - small, atRest);
    }

    private static async Task<long> CostAsync(RunningGateway gateway, HttpContent content)
    {
        using var cost = new MemoryCost();
        await PostAsync(gateway, content);
        return cost.Bytes;
    }

    private static async Task PostAsync(RunningGateway gateway, HttpContent content)
    {
        using var response = await gateway.PostAsync(content);
        Assert.True(response.StatusCode == HttpStatusCode.OK, await response.Content.ReadAsStringAsync());
    }

    private static byte[] Create(string start, string repeated, string end, int length)
    {
        var count = length / repeated.Length + 1;
        var body = new byte[start.Length + count * repeated.Length + end.Length];
        Encoding.UTF8.GetBytes(start, body);
        for (var i = 0; i < count; i++)
        {
            Encoding.UTF8.GetBytes(repeated, body.AsSpan(start.Length + i * repeated.Length));
        }

        Encoding.UTF8.GetBytes(end, body.AsSpan(body.Length - end.Length));
        return body;
    }
}
