namespace LlmResilience.Testing;

internal sealed class InvalidChatRequestException(string message, string? param = null) : Exception(message)
{
    public OpenAIError Error { get; } = new(message, Param: param);
}
