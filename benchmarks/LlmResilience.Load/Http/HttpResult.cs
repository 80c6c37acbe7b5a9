namespace LlmResilience.Load.Http;

/// <summary>One cell of the comparison.</summary>
/// <param name="Concurrency">Callers, each with one request at a time.</param>
/// <param name="Streaming">Whether it streams.</param>
/// <param name="Turns">How many blocks each side had.</param>
/// <param name="Sdk">The OpenAI SDK directly.</param>
/// <param name="Plain">The package's chat client over it.</param>
/// <param name="Resilient">That one through the library.</param>
/// <param name="ToSdk">What the app pays that goes through the library instead of using the SDK directly: the budget.</param>
/// <param name="ToPlain">What the library adds to the chat client alone.</param>
internal sealed record HttpResult(int Concurrency, bool Streaming, int Turns, HttpSide Sdk, HttpSide Plain, HttpSide Resilient, Added ToSdk, Added ToPlain)
{
    public static HttpResult From(int concurrency, bool streaming, List<Block[]> turns) => new(
        concurrency,
        streaming,
        turns.Count,
        HttpSide.From(turns.ConvertAll(turn => turn[0])),
        HttpSide.From(turns.ConvertAll(turn => turn[1])),
        HttpSide.From(turns.ConvertAll(turn => turn[2])),
        Added.Between(turns.Select(turn => (turn[0], turn[2]))),
        Added.Between(turns.Select(turn => (turn[1], turn[2]))));
}
