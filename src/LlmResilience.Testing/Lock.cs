#if !NET9_0_OR_GREATER
namespace LlmResilience.Testing;

/// <summary>Stands in for the framework's type, which .NET 8 does not have; the <c>lock</c> statement takes either.</summary>
internal sealed class Lock;
#endif
