namespace LlmResilience.Configuration;

/// <summary>The builds that are under way on a thread, each inside the factory of the one before it.</summary>
/// <remarks>
/// A container that is asked for what it is just making calls the factory again, and waits for itself once the stack is spent. Two threads
/// that make a client at the same time are none of that: each has scopes of its own.
/// </remarks>
internal sealed class BuildScope : IDisposable
{
    [ThreadStatic]
    private static BuildScope? _innermost;

    private readonly object _builder;
    private readonly BuildScope? _outer;
    private string? _endpoint;

    private BuildScope(object builder, BuildScope? outer)
    {
        _builder = builder;
        _outer = outer;
    }

    /// <summary>Begins a build on this thread.</summary>
    /// <param name="builder">What is built.</param>
    /// <param name="name">The client's name, for the message; empty for the default one.</param>
    /// <exception cref="InvalidOperationException">The same is being built on this thread already, so it needs itself.</exception>
    public static BuildScope Begin(object builder, string name)
    {
        for (var scope = _innermost; scope is not null; scope = scope._outer)
        {
            if (ReferenceEquals(scope._builder, builder))
            {
                throw new InvalidOperationException(scope.Describe(name));
            }
        }

        return _innermost = new BuildScope(builder, _innermost);
    }

    /// <summary>The client of this endpoint is made next.</summary>
    public static void Enter(string? endpoint)
    {
        if (_innermost is { } scope)
        {
            scope._endpoint = endpoint;
        }
    }

    public void Dispose() => _innermost = _outer;

    private string Describe(string name)
    {
        var client = name.Length == 0 ? "the resilient client" : $"the resilient client '{name}'";
        return _endpoint is null
            ? $"What {client} is built with (a logger factory, a clock, options) resolves that client itself. Give it what does not need the client."
            : $"The factory of endpoint '{_endpoint}' resolves {client}, of which the endpoint is a part. Let it create the endpoint's own client, "
                + "or register that one under a key of its own and add it with AddKeyedEndpoint.";
    }
}
