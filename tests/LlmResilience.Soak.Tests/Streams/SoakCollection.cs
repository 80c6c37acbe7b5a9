namespace LlmResilience.Soak.Tests.Streams;

/// <summary>Tests that measure the process, or load it: one after the other, beside no other.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class SoakCollection
{
    public const string Name = "Soak";
}
