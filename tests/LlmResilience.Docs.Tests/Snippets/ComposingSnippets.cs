using Microsoft.Extensions.AI;

namespace LlmResilience.Docs.Tests.Snippets;

/// <summary>The snippets of docs/composing.md.</summary>
internal static class ComposingSnippets
{
    public static IChatClient Over(IChatClient primary, IChatClient backup)
    {
        #region composing-over
        IChatClient resilient = primary.WithLlmResilience(llm => llm.AddEndpoint("backup", backup));
        IChatClient chat = new ToolLoop(new AnswerCache(resilient));
        #endregion
        return chat;
    }

    public static void Inside(LlmResilienceBuilder llm)
    {
        #region composing-inside
        llm.AddOpenAIEndpoint(
            "hosted",
            provider => (provider.ApiKeyEnvironmentVariable, provider.ModelId) = ("OPENAI_API_KEY", "gpt-5-mini"),
            decorate: client => new AttemptCounter(client));
        #endregion
    }
}
