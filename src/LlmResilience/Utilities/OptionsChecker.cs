namespace LlmResilience.Utilities;

/// <summary>Collects what is wrong with options, each with its path and its value.</summary>
internal readonly struct OptionsChecker(string path, List<string> errors)
{
    public static readonly TimeSpan OneDay = TimeSpan.FromDays(1);

    public OptionsChecker At(string name) => new($"{path}:{name}", errors);

    public void Error(string message) => errors.Add(message);

    /// <summary>Something is wrong with the whole, and not with one value of it.</summary>
    public void Fault(string fault) => errors.Add($"{path} {fault}");

    public void Error<T>(string name, T value, string rule) => errors.Add(FormattableString.Invariant($"{path}:{name} is {value}; it must be {rule}."));

    public void Timeout(string name, TimeSpan value)
    {
        if (value != System.Threading.Timeout.InfiniteTimeSpan && (value <= TimeSpan.Zero || value > OneDay))
        {
            Error(name, value, $"above zero and at most {OneDay}, or {System.Threading.Timeout.InfiniteTimeSpan} for none");
        }
    }

    public void Positive(string name, TimeSpan value)
    {
        if (value <= TimeSpan.Zero)
        {
            Error(name, value, "above zero");
        }
    }

    public void Range(string name, TimeSpan value, TimeSpan min, TimeSpan max)
    {
        if (value < min || value > max)
        {
            Error(name, value, $"from {min} to {max}");
        }
    }

    public void Range(string name, double value, double min, double max)
    {
        // Written so that NaN fails.
        if (!(value >= min && value <= max))
        {
            Error(name, value, FormattableString.Invariant($"from {min} to {max}"));
        }
    }

    public void AtLeast(string name, int value, int min)
    {
        if (value < min)
        {
            Error(name, value, FormattableString.Invariant($"at least {min}"));
        }
    }

    public void Defined<T>(string name, T value)
        where T : struct, Enum
    {
        if (!Enum.IsDefined(value))
        {
            Error(name, value, $"one of {string.Join(", ", Enum.GetNames<T>())}");
        }
    }
}
