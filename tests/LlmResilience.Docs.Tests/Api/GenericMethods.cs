namespace LlmResilience.Docs.Tests.Api;

/// <summary>Generic methods for <see cref="ApiListingTests"/>: extensions cannot be nested.</summary>
public static class GenericMethods
{
    public static void Any<T>(T? value) => _ = value;

    public static void Classes<T>(T value)
        where T : class?, new()
        => _ = value;

    public static void NotNull<T>(T value)
        where T : notnull
        => _ = value;

    public static TKey Sort<TKey, TValue>(this IReadOnlyDictionary<TKey, List<TValue?>?> source, Func<TValue, string?>? name = null)
        where TKey : Enum, IComparable<TKey>
        where TValue : class
        => source.Keys.First();

    public static void Spans<T>(T value)
        where T : allows ref struct
    {
    }

    public static T? Structs<T>(T? value)
        where T : struct
        => value;

    public static void Unmanaged<T>(T value)
        where T : unmanaged
        => _ = value;
}
