namespace LlmResilience.Testing;

internal static class OptionChecks
{
    public static void AtLeast<T>(T value, T minimum, string name)
        where T : IComparable<T>
    {
        if (value.CompareTo(minimum) < 0)
        {
            throw new ArgumentOutOfRangeException(name, value, $"{name} must be at least {minimum}.");
        }
    }

    public static void AtMost<T>(T value, T maximum, string name)
        where T : IComparable<T>
    {
        if (value.CompareTo(maximum) > 0)
        {
            throw new ArgumentOutOfRangeException(name, value, $"{name} must be at most {maximum}.");
        }
    }

    public static void Positive(double value, string name)
    {
        if (!(value > 0) || double.IsInfinity(value))
        {
            throw new ArgumentOutOfRangeException(name, value, $"{name} must be a finite number greater than 0.");
        }
    }

    public static void Defined<T>(T value, string name)
        where T : struct, Enum
    {
        if (!Enum.IsDefined(value))
        {
            throw new ArgumentOutOfRangeException(name, value, $"{name} is none of the values that it can have.");
        }
    }

    public static void NotNull(object? value, string name) => ArgumentNullException.ThrowIfNull(value, name);

    public static void NotEmpty(string? value, string name) => ArgumentException.ThrowIfNullOrEmpty(value, name);
}
