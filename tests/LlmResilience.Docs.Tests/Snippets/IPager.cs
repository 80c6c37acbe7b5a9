namespace LlmResilience.Docs.Tests.Snippets;

/// <summary>Stands for what an app has to reach a human.</summary>
internal interface IPager
{
    void Tell(string what);
}
