namespace LlmResilience;

/// <summary>The names of the failure kinds, made once: <see cref="Enum.ToString()"/> allocates.</summary>
internal static class FailureKindNames
{
    private static readonly string[] Names = Enum.GetNames<FailureKind>();

    public static string Of(FailureKind kind) => Names[(int)kind];
}
