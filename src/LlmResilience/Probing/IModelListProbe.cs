namespace LlmResilience;

/// <summary>A chat client that can ask for the list of its provider's models. It hands itself out in <c>GetService</c>.</summary>
/// <remarks>What <see cref="ActiveProbeRequest.ModelList"/> needs. Provider packages implement it.</remarks>
public interface IModelListProbe
{
    /// <summary>Asks for the list, with the address, the credentials and the HTTP pipeline of the chats; what is in it does not matter.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>A task that ends well if the server has answered, also that it has no such list, and else fails with what a chat would fail with.</returns>
    Task RequestModelListAsync(CancellationToken cancellationToken);
}
