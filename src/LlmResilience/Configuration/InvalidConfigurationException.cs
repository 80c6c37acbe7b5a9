namespace LlmResilience;

/// <summary>A section that does not bind; its message is one of the validation's.</summary>
internal sealed class InvalidConfigurationException(string message, Exception innerException) : Exception(message, innerException);
