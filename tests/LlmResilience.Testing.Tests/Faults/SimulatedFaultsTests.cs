using System.Net;

namespace LlmResilience.Testing.Tests.Faults;

public sealed class SimulatedFaultsTests : ServerFixture
{
    [Fact]
    public async Task Next_comes_before_always_and_clear_ends_both()
    {
        await StartAsync();
        Server.Faults.Always(SimulatedFault.Status(500));
        Server.Faults.Next(2, SimulatedFault.Status(503));
        Server.Faults.Next(1, SimulatedFault.Status(429));

        Assert.Equal([503, 503, 429, 500, 500], await AskFiveTimesAsync());

        Server.Faults.Next(9, SimulatedFault.Status(503));
        Server.Faults.Clear();
        Assert.Equal([200, 200, 200, 200, 200], await AskFiveTimesAsync());
    }

    [Fact]
    public async Task Models_and_health_are_spared()
    {
        await StartAsync();
        Server.Faults.Always(SimulatedFault.Silence());

        using var response = await Client.GetAsync(Url("/models"), Limit);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    private async Task<IReadOnlyList<int>> AskFiveTimesAsync()
    {
        var statuses = new List<int>();
        for (var i = 0; i < 5; i++)
        {
            using var response = await AskAsync();
            statuses.Add((int)response.StatusCode);
        }

        return statuses;
    }
}
