using LlmResilience.Requests;

namespace LlmResilience.Tests.Requests;

/// <summary>The gate of a stream as a table: what each step does in each state.</summary>
public sealed class ConsumerGateTests
{
    public enum GateState
    {
        Unopened,
        Idle,
        Moving,
        Untaken,
        Closed,
    }

    [Theory]
    [InlineData(GateState.Unopened, true, GateState.Idle)]
    [InlineData(GateState.Idle, false, GateState.Idle)]
    [InlineData(GateState.Moving, false, GateState.Moving)]
    [InlineData(GateState.Untaken, false, GateState.Untaken)]
    [InlineData(GateState.Closed, false, GateState.Closed)]
    public void It_opens_once(GateState from, bool opens, GateState to)
    {
        var gate = In(from);

        Assert.Equal(opens, gate.TryOpen());
        Assert.Equal(to, StateOf(gate));
    }

    [Theory]
    [InlineData(GateState.Unopened, false, GateState.Unopened)]
    [InlineData(GateState.Idle, true, GateState.Moving)]
    [InlineData(GateState.Moving, false, GateState.Moving)]
    [InlineData(GateState.Untaken, false, GateState.Untaken)]
    [InlineData(GateState.Closed, false, GateState.Closed)]
    public void One_move_enters_while_none_is_under_way_or_untaken(GateState from, bool enters, GateState to)
    {
        var gate = In(from);

        Assert.Equal(enters, gate.TryEnter());
        Assert.Equal(to, StateOf(gate));
    }

    // Only who is through the gate leaves it, so there is one state to leave from.
    [Theory]
    [InlineData(false, GateState.Idle)]
    [InlineData(true, GateState.Untaken)]
    public void The_next_move_waits_for_a_result_that_was_awaited_to_be_taken(bool wasAwaited, GateState to)
    {
        var gate = In(GateState.Moving);

        if (wasAwaited)
        {
            gate.LeaveOnceTaken();
        }
        else
        {
            gate.Leave();
        }

        Assert.Equal(to, StateOf(gate));
    }

    [Theory]
    [InlineData(GateState.Unopened, GateState.Unopened)]
    [InlineData(GateState.Idle, GateState.Idle)]
    [InlineData(GateState.Moving, GateState.Moving)]
    [InlineData(GateState.Untaken, GateState.Idle)]
    [InlineData(GateState.Closed, GateState.Closed)]
    public void Taking_a_result_frees_the_gate_and_does_nothing_else(GateState from, GateState to)
    {
        var gate = In(from);

        gate.Take();

        Assert.Equal(to, StateOf(gate));
    }

    [Theory]
    [InlineData(GateState.Unopened, true, GateState.Closed)]
    [InlineData(GateState.Idle, true, GateState.Closed)]
    [InlineData(GateState.Moving, false, GateState.Moving)]
    [InlineData(GateState.Untaken, true, GateState.Closed)]
    [InlineData(GateState.Closed, false, GateState.Closed)]
    public void It_closes_once_and_never_under_a_move(GateState from, bool closes, GateState to)
    {
        var gate = In(from);

        Assert.Equal(closes, gate.TryClose());
        Assert.Equal(to, StateOf(gate));
    }

    private static ConsumerGate In(GateState state)
    {
        var gate = default(ConsumerGate);
        if (state == GateState.Unopened)
        {
            return gate;
        }

        gate.TryOpen();
        switch (state)
        {
            case GateState.Moving:
                gate.TryEnter();
                break;
            case GateState.Untaken:
                gate.TryEnter();
                gate.LeaveOnceTaken();
                break;
            case GateState.Closed:
                gate.TryClose();
                break;
        }

        return gate;
    }

    // Asked of copies: each question may change the gate.
    private static GateState StateOf(ConsumerGate gate)
    {
        if (gate.IsMoving)
        {
            return GateState.Moving;
        }

        var (opened, entered, closed) = (gate, gate, gate);
        return (opened.TryOpen(), entered.TryEnter(), closed.TryClose()) switch
        {
            (true, false, true) => GateState.Unopened,
            (false, true, true) => GateState.Idle,
            (false, false, true) => GateState.Untaken,
            (false, false, false) => GateState.Closed,
            var answers => throw new InvalidOperationException($"No state answers {answers}."),
        };
    }
}
