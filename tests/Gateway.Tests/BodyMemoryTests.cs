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

    // Texts of together 4 MB become strings, whose characters the library counts; and so do a few names.
    private const int Strings = 9 * 1024 * 1024;

    public static TheoryData<string, string, string> Bodies => new()
    {
        // What is in front, what is repeated, what is behind.
        { """{"model":"m","messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:image/png;base64,""", "AAAA", "\"}}]}]}" },
        { """{"model":"m","messages":[{"role":"user","content":" """, "Word ", "\"}]}" },
        { """{"model":"m","messages":[{"role":"user","content":[{"type":"text","text":" """, """\"\u00e4\n""", "\"}]}]}" },
        { """{"model":"m","messages":[{"role":"user","content":""}""", $$""",{"role":"user","content":"{{new string('x', 2048)}}"}""", "]}" },
        { """{"model":"m","messages":[{"role":"user","content":[""}""", """,{"text":""}""", "]}]}" },
        { """{"model":"m","messages":[{"role":"user","content":[1""", ",1", "]}]}" },
        { """{"model":"m","messages":[{"role":"user","content":"Hi"}],"tools":[{}""", $$$""",{"type":"function","function":{"name":"{{{new string('n', 512)}}}"}}""", "]}" },
        { """{"model":"m","messages":[{"role":"user","content":"Hi"}],"x":[1""", ",1", "]}" },
    };

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task A_body_of_31_MB_costs_itself_and_the_text_that_is_counted(string start, string repeated, string end)
    {
        var body = Create(start, repeated, end);

        var (cost, atRest) = await MeasureAsync(body.Length, () => new ByteArrayContent(body));

        Assert.InRange(cost, body.Length, body.Length + Strings + Noise);
        Assert.InRange(atRest, body.Length, body.Length + Strings + Noise);
    }

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task A_body_of_31_MB_that_does_not_say_its_length_costs_twice_itself_until_it_is_read(string start, string repeated, string end)
    {
        var body = Create(start, repeated, end);

        var (cost, atRest) = await MeasureAsync(body.Length, () => new WithoutLength(body));

        Assert.InRange(cost, body.Length, 2L * body.Length + Strings + Noise);
        Assert.InRange(atRest, body.Length, body.Length + Strings + Noise);
    }

    /// <summary>What a body costs in all, and what of it stays while the provider works on it.</summary>
    private static async Task<(long Cost, long AtRest)> MeasureAsync(int length, Func<HttpContent> content)
    {
        var atRest = 0L;
        var alive = 0L;
        using var provider = new ForgetfulProvider(() => atRest = GC.GetTotalMemory(forceFullCollection: true) - alive);
        await using var gateway = await RunningGateway.ForProviderAsync(provider.Address);
        await PostAsync(gateway, content());
        var small = await CostAsync(gateway, new ByteArrayContent(Create("""{"model":"m","messages":[{"role":"user","content":" """, "", "\"}]}")));
        alive = GC.GetTotalMemory(forceFullCollection: true);
        var cost = await CostAsync(gateway, content());
        Assert.InRange(provider.Length, length - 100, length + 100);
        TestContext.Current.TestOutputHelper?.WriteLine($"Of {length} bytes: {cost - small} in all, {atRest} at rest.");
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

    private static byte[] Create(string start, string repeated, string end)
    {
        var body = new StringBuilder(start, Length);
        for (var i = 0; i < (repeated.Length == 0 ? 0 : Length / repeated.Length - 1); i++)
        {
            body.Append(repeated);
        }

        return Encoding.UTF8.GetBytes(body.Append(end).ToString());
    }
}
