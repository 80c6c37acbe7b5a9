namespace Gateway.Protocol.Answers;

/// <summary>Ids for answers whose provider gave none.</summary>
internal static class AnswerIds
{
    public static string Create() => $"chatcmpl-{Guid.NewGuid():N}";
}
