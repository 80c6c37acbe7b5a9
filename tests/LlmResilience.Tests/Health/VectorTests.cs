namespace LlmResilience.Tests.Health;

/// <summary>The conformance vectors, one test each. <c>LLMRESILIENCE_VECTORS</c> names another folder of them.</summary>
public sealed class VectorTests
{
    public static TheoryData<string, string> Vectors { get; } = VectorFile.LoadNames();

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Vectors))]
    public void Vector_holds(string file, string name) => new VectorRunner(VectorFile.Load(file, name)).Run();

    [Fact]
    public void There_are_vectors() => Assert.True(VectorFile.IsForeign || Vectors.Count > 0);
}
