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

    [Fact]
    public async Task WithProbability_comes_between_next_and_always_and_repeats_itself()
    {
        await StartAsync();
        Server.Faults.WithProbability(0, SimulatedFault.Status(501));
        Server.Faults.WithProbability(0.5, SimulatedFault.Status(502), seed: 7);
        Server.Faults.Always(SimulatedFault.Status(500));
        Server.Faults.Next(1, SimulatedFault.Status(503));
        var first = await AskFiveTimesAsync();
        var second = await AskFiveTimesAsync();

        Assert.Equal(503, first[0]);
        Assert.All(first.Skip(1).Concat(second), status => Assert.True(status is 500 or 502));
        Assert.Contains(500, second.Concat(first));
        Assert.Contains(502, second.Concat(first));

        Server.Faults.Clear();
        Server.Faults.WithProbability(0.5, SimulatedFault.Status(502), seed: 7);
        Server.Faults.Always(SimulatedFault.Status(500));
        Assert.Equal(first.Skip(1).Concat(second.Take(1)), await AskFiveTimesAsync());

        Server.Faults.Clear();
        Server.Faults.WithProbability(1, SimulatedFault.Status(504));
        Assert.Equal([504, 504, 504, 504, 504], await AskFiveTimesAsync());
    }

    [Fact]
    public async Task Probabilities_are_from_0_to_1()
    {
        await StartAsync();
        Assert.Throws<ArgumentOutOfRangeException>(() => Server.Faults.WithProbability(-0.1, SimulatedFault.Silence()));
        Assert.Throws<ArgumentOutOfRangeException>(() => Server.Faults.WithProbability(1.1, SimulatedFault.Silence()));
        Assert.Throws<ArgumentOutOfRangeException>(() => Server.Faults.WithProbability(double.NaN, SimulatedFault.Silence()));
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
