using Microsoft.Extensions.AI;

namespace LlmResilience.Anthropic;

/// <summary>
/// Tool calls in which an answer reached its length. The SDK hands them out all the same: with an exception if the arguments broke off,
/// but as a sound call without arguments if none had come yet.
/// </summary>
internal static class TruncatedCalls
{
    public static bool MayBeIn(IList<AIContent> contents)
    {
        for (var i = 0; i < contents.Count; i++)
        {
            if (IsSuspect(contents[i]))
            {
                return true;
            }
        }

        return false;
    }

    public static void RemoveFrom(IList<AIContent> contents)
    {
        for (var i = contents.Count - 1; i >= 0; i--)
        {
            if (IsSuspect(contents[i]))
            {
                contents.RemoveAt(i);
            }
        }
    }

    private static bool IsSuspect(AIContent content) => content is FunctionCallContent call && (call.Arguments is null || call.Exception is not null);
}
