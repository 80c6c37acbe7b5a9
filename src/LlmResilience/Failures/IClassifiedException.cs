namespace LlmResilience.Failures;

/// <summary>An exception of this library, which knows best what kind of failure it is to whoever calls what threw it.</summary>
internal interface IClassifiedException
{
    Failure Failure { get; }
}
