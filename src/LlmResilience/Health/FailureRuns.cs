namespace LlmResilience.Health;

/// <summary>Failures in a row, all together and by where they come from (Envoy's outlier detection). A success ends all runs.</summary>
/// <remarks>Everything is asked under the pool's lock.</remarks>
internal struct FailureRuns
{
    /// <summary>Failures of all kinds; without connection failures where these are split off.</summary>
    public int All { get; private set; }

    /// <summary>502, 503 and 504. A timeout neither adds to them nor ends them.</summary>
    public int Gateway { get; private set; }

    /// <summary>Connections that failed. Every answer ends them, also one that is no success.</summary>
    public int Connection { get; private set; }

    /// <summary>Counts a failure that feeds every trigger.</summary>
    public void Add(in Failure failure)
    {
        All++;
        if (FailureOrigin.IsGateway(failure))
        {
            Gateway++;
        }
        else if (!FailureOrigin.IsTimeout(failure))
        {
            Gateway = 0;
        }

        if (FailureOrigin.IsConnection(failure))
        {
            Connection++;
        }
        else if (FailureOrigin.IsResponse(failure))
        {
            EndConnectionRun();
        }
    }

    /// <summary>Counts a connection failure that feeds no other trigger.</summary>
    public void AddConnectionOnly() => Connection++;

    /// <summary>Something answered.</summary>
    public void EndConnectionRun() => Connection = 0;
}
