namespace LlmResilience.Testing;

internal enum RequestOutcome
{
    Failed,
    Completed,
    Aborted,
}
