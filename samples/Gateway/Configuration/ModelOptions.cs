namespace Gateway.Configuration;

/// <summary>A model that clients may name.</summary>
internal sealed class ModelOptions
{
    /// <summary>What requests call it; <c>*</c> stands for every name that is not listed.</summary>
    public string Name { get; set; } = "";

    /// <summary>The names of its endpoints, in the order in which they are asked.</summary>
    public List<string> Endpoints { get; set; } = [];
}
