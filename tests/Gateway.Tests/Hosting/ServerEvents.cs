using System.Net.ServerSentEvents;
using System.Text.Json.Nodes;

namespace Gateway.Tests.Hosting;

/// <summary>A streamed answer as it arrived.</summary>
internal sealed record ServerEvents(IReadOnlyList<JsonNode> Events, bool IsDone)
{
    public string Content => Join("content");

    public string Reasoning => Join("reasoning_content");

    public string? FinishReason => Choices.Select(choice => (string?)choice["finish_reason"]).SingleOrDefault(reason => reason is not null);

    public JsonNode? Error => Events.Select(one => one["error"]).SingleOrDefault(error => error is not null);

    public JsonNode? Usage => Events.Select(one => one["usage"]).SingleOrDefault(usage => usage is not null);

    public IEnumerable<JsonNode> Choices => Events.SelectMany(one => one["choices"]?.AsArray() ?? []).OfType<JsonNode>();

    public static async Task<ServerEvents> ReadAsync(HttpResponseMessage response)
        => await ReadAsync(await response.Content.ReadAsStreamAsync());

    public static async Task<ServerEvents> ReadAsync(Stream stream)
    {
        List<JsonNode> events = [];
        var done = false;
        await foreach (var item in SseParser.Create(stream).EnumerateAsync())
        {
            Assert.False(done);
            if (item.Data == "[DONE]")
            {
                done = true;
            }
            else
            {
                events.Add(JsonNode.Parse(item.Data)!);
            }
        }

        return new ServerEvents(events, done);
    }

    private string Join(string name) => string.Concat(Choices.Select(choice => (string?)choice["delta"]?[name]));
}
