namespace LlmResilience;

/// <summary>What an active probe asks.</summary>
public enum ActiveProbeRequest
{
    /// <summary>
    /// A chat of one word, at most 16 tokens: the model itself has to answer. An answer that is empty or cut off by that limit is good, as a
    /// reasoning model's is, and so is one that refuses the request's form.
    /// </summary>
    Chat,

    /// <summary>
    /// The list of the provider's models, which costs nothing. A server whose model is stuck answers it all the same. For endpoints whose
    /// client is an <see cref="IModelListProbe"/>, as those of the OpenAI and Anthropic packages are.
    /// </summary>
    ModelList,
}
