namespace Overload.Stage.Load;

/// <summary>What users ask.</summary>
internal static class Questions
{
    public static IReadOnlyList<string> All { get; } =
    [
        "Where is my order, and when will it arrive?",
        "Summarise this ticket in two sentences for the person who takes over.",
        "The invoice shows the wrong address. How do I change it?",
        "Translate the release notes into plain language, please.",
        "Why does my build fail with an out-of-memory error only on the server?",
        "Write a friendly answer to a customer who waited too long.",
        "Which of the two plans is cheaper for a team of nine?",
        "What changed in the contract since the last version?",
        "My headphones do not connect any more. What can I try?",
        "Explain the difference between a refund and a credit note.",
    ];
}
