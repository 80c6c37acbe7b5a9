using System.Diagnostics.CodeAnalysis;

namespace LlmResilience.Docs.Tests.Api;

/// <summary>Whatever of a member a caller's code depends on stands in its line.</summary>
public sealed class ApiListingTests
{
    [Fact]
    public void A_generic_method_has_its_constraints()
        => Assert.Equal(
            [
                "public static class GenericMethods",
                "    public static void Any<T>(T? value)",
                "    public static void Classes<T>(T value) where T : class?, new()",
                "    public static void NotNull<T>(T value) where T : notnull",
                "    public static TKey Sort<TKey, TValue>(this IReadOnlyDictionary<TKey, List<TValue?>?> source, Func<TValue, string?>? name = null) where TKey : Enum, IComparable<TKey> where TValue : class",
                "    public static void Spans<T>(T value) where T : allows ref struct",
                "    public static T? Structs<T>(T? value) where T : struct",
                "    public static void Unmanaged<T>(T value) where T : unmanaged",
            ],
            ApiListing.Describe(typeof(GenericMethods)));

    [Fact]
    public void Parameters_have_their_modifiers_and_default_values()
        => Assert.Equal(
            [
                "public abstract class ApiListingTests.Parameterful",
                "    protected Parameterful(string text = \"a \\\"b\\\"\\n\", char letter = '\\'', int? number = null, CancellationToken token = default)",
                "    public abstract void Arrays(string[]? names, int[,] grid, params string?[] rest)",
                "    public virtual void Defaults(DayOfWeek day = DayOfWeek.Friday, DayOfWeek? none = null, DayOfWeek? some = DayOfWeek.Monday, double ratio = 0.5, bool on = true, TimeSpan time = default)",
                "    protected void References(ref int first, in int second, out string? third)",
                "    public override string? ToString()",
                "    public bool TryRead([NotNullWhen(true)] out string? value)",
            ],
            ApiListing.Describe(typeof(Parameterful)));

    [Fact]
    public void Properties_say_who_can_set_them_and_when()
        => Assert.Equal(
            [
                "public class ApiListingTests.Properties : IDisposable",
                "    public const long Limit = -5",
                "    public static readonly string? Name",
                "    public Properties()",
                "    protected int Inherited { get; }",
                "    public int Init { get; init; }",
                "    public string? this[int index] { get; }",
                "    public List<string?>? Items { get; }",
                "    public int Protected { get; protected set; }",
                "    public required string Required { get; set; }",
                "    public event EventHandler<UnhandledExceptionEventArgs>? Changed",
                "    public void Dispose()",
                "    [Obsolete(\"Use Dispose.\")] public void End()",
            ],
            ApiListing.Describe(typeof(Properties)));

    [Fact]
    public void Members_of_an_enum_have_their_numbers_in_order()
        => Assert.Equal(
            ["public [Flags] enum ApiListingTests.Colours : byte", "    None = 0", "    Red = 1", "    [Obsolete(\"Use Red.\")] Blue = 2"],
            ApiListing.Describe(typeof(Colours)));

    [Fact]
    public void A_record_is_more_than_its_members()
    {
        Assert.Equal(
            [
                "public sealed record ApiListingTests.Positional",
                "    public Positional(string Name, int? Count = null)",
                "    public int? Count { get; init; }",
                "    public string Name { get; init; }",
                "    public void Deconstruct(out string Name, out int? Count)",
            ],
            ApiListing.Describe(typeof(Positional)));
        Assert.Equal(
            ["public readonly record struct ApiListingTests.Measure : IDisposable", "    public double Value { get; init; }", "    public void Dispose()"],
            ApiListing.Describe(typeof(Measure)));
    }

    [Fact]
    public void A_struct_says_what_it_is()
        => Assert.Equal(
            ["public readonly ref struct ApiListingTests.Window<T> where T : unmanaged", "    public Window(ReadOnlySpan<T> items)", "    public ref readonly T First { get; }"],
            ApiListing.Describe(typeof(Window<>)));

    [Fact]
    public void An_interface_has_its_variance_and_only_the_interfaces_that_it_adds()
        => Assert.Equal(
            ["public interface ApiListingTests.ISource<out T, in TOther> : IList<string>", "    public T? Next(TOther other)"],
            ApiListing.Describe(typeof(ISource<,>)));

    [Fact]
    public void A_delegate_is_one_line()
        => Assert.Equal(["public delegate Task<string?> ApiListingTests.Handler<in T>(T? sender, ref int count) where T : class"], ApiListing.Describe(typeof(Handler<>)));

    [Fact]
    public void Operators_are_listed_and_what_nobody_outside_can_reach_is_not()
        => Assert.Equal(
            [
                "public class ApiListingTests.Derived : ApiListingTests.Properties",
                "    public static string op_Implicit(ApiListingTests.Derived derived)",
            ],
            ApiListing.Describe(typeof(Derived)));

    [Fact]
    public void A_nested_type_is_seen_if_those_around_it_are()
    {
        Assert.True(Visibility.IsVisible(typeof(Properties)));
        Assert.True(Visibility.IsVisible(typeof(Derived.IFamily)));
        Assert.False(Visibility.IsVisible(typeof(Hidden.Inside)));
    }

    [Flags]
    public enum Colours : byte
    {
        [Obsolete("Use Red.")]
        Blue = 2,
        None = 0,
        Red = 1,
    }

    public delegate Task<string?> Handler<in T>(T? sender, ref int count)
        where T : class;

    public interface ISource<out T, in TOther> : IList<string>
    {
        T? Next(TOther other);
    }

    public readonly record struct Measure : IDisposable
    {
        public double Value { get; init; }

        public void Dispose()
        {
        }
    }

    public readonly ref struct Window<T>(ReadOnlySpan<T> items)
        where T : unmanaged
    {
        private readonly ReadOnlySpan<T> _items = items;

        public ref readonly T First => ref _items[0];
    }

    public abstract class Parameterful
    {
        protected Parameterful(string text = "a \"b\"\n", char letter = '\'', int? number = null, CancellationToken token = default)
            => _ = (text, letter, number, token);

        public abstract void Arrays(string[]? names, int[,] grid, params string?[] rest);

        public virtual void Defaults(
            DayOfWeek day = DayOfWeek.Friday, DayOfWeek? none = null, DayOfWeek? some = DayOfWeek.Monday, double ratio = 0.5, bool on = true, TimeSpan time = default)
        {
        }

        public override string? ToString() => null;

        public bool TryRead([NotNullWhen(true)] out string? value)
        {
            value = ToString();
            return value is not null;
        }

        protected void References(ref int first, in int second, out string? third) => third = $"{this}{first++}{second}";
    }

    public class Properties : IDisposable
    {
        public const long Limit = -5;

        public static readonly string? Name = Environment.MachineName;

        public event EventHandler<UnhandledExceptionEventArgs>? Changed;

        public int Init { get; init; }

        public List<string?>? Items { get; }

        public int Protected { get; protected set; }

        public required string Required { get; set; }

        internal int Internal { get; set; }

        protected int Inherited { get; private protected set; }

        private protected int Hidden { get; set; }

        public string? this[int index] => null;

        public void Dispose()
        {
            Changed?.Invoke(this, new UnhandledExceptionEventArgs(this, isTerminating: false));
            GC.SuppressFinalize(this);
        }

        [Obsolete("Use Dispose.")]
        public void End()
        {
        }
    }

    public class Derived : Properties
    {
        internal Derived()
        {
        }

        public static implicit operator string(Derived derived) => "";

        protected internal interface IFamily;
    }

    public sealed record Positional(string Name, int? Count = null);

    internal static class Hidden
    {
        public static class Inside;
    }
}
