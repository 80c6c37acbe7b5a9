namespace Overload;

/// <summary>A piece of an answer on its way to the user.</summary>
/// <param name="Endpoint">Who answers; known from the first part.</param>
/// <param name="HasText">Whether there is something to read in it.</param>
/// <param name="IsEnd">Whether it says that the answer is complete.</param>
internal readonly record struct AnswerPart(string? Endpoint, bool HasText, bool IsEnd);
