namespace LlmResilience.Tests.Layout;

/// <summary>What <see cref="LayoutTests"/> sees in a file.</summary>
public sealed class SourceFileTests
{
    [Fact]
    public void Names_in_comments_strings_and_characters_do_not_count()
    {
        var file = SourceFile.Parse("Health/Sample.cs", """"
            /// <summary><see cref="Documented"/></summary>
            internal sealed class Sample // Commented
            {
                /* Blocked
                   out */
                private const string Plain = "Plainly \" Quoted";
                private const string Verbatim = @"Verbatim ""Twice"" \";
                private const string Raw = """
                    Rawly "Quoted"
                    """;
                private const char Quote = '"', Escaped = '\'';
                private Used _used = new($"{Interpolated}");
            }
            """");

        Assert.Equal(["Sample", "Used"], file.Names.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void What_is_declared_is_no_use_of_a_type_of_its_name()
    {
        var file = SourceFile.Parse("Health/Sample.cs", """
            internal sealed class Sample
            {
                public Thing Thing { get; } = Maker.Other.Make<Argument>();
                public Thing? Nullable { get; set; }
                public IList<int> Generic => new Sample { Assigned = 1 };
                public int[] Array(string Parameter) => First > Second ? [] : Third;
                public void Method(in Reference reference) => _ = reference is Derived derived && derived == Constant;
            }
            """);

        Assert.Equal(
            ["Argument", "Constant", "Derived", "First", "IList", "Maker", "Reference", "Sample", "Second", "Thing", "Third"],
            file.Names.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_first_folder_is_the_room()
    {
        Assert.Equal("Health", SourceFile.Parse("Health/Windows/Sample.cs", "").Room);
        Assert.Equal(House.Root, SourceFile.Parse("Sample.cs", "").Room);
    }

    [Fact]
    public void Types_of_every_kind_are_found()
    {
        var types = SourceFile.Parse("Sample.cs", """
            public abstract class Open<T>(Func<T> make)
                where T : class
            {
                private sealed record Inner(string Name);
            }

            internal readonly record struct Pair(int Left, int Right);

            internal ref struct Cursor { }

            public enum Colour : byte { Red }

            public delegate Task<string?> Handler(object sender);
            """).Types;

        Assert.Equal(
            ["class Open", "record Inner", "record struct Pair", "struct Cursor", "enum Colour", "delegate Handler"],
            types.Select(type => $"{type.Kind} {type.Name}"));
        Assert.Equal(["Inner"], types.Where(type => type.IsNested).Select(type => type.Name));
        Assert.Equal(["Open", "Colour", "Handler"], types.Where(type => type.IsPublic).Select(type => type.Name));
    }

    [Fact]
    public void A_type_is_counted_from_its_declaration_to_its_closing_brace()
    {
        var type = Assert.Single(SourceFile.Parse("Sample.cs", """
            using System;

            /// <summary>Not counted, and yet its documentation.</summary>
            [Serializable]
            internal sealed class Sample
            {
                private string Name => "}";
            }

            // Not counted.
            """).Types);

        Assert.Equal(4, type.LineCount);
        Assert.Contains("Not counted, and yet its documentation.", type.Documentation);
    }

    [Fact]
    public void Only_a_public_type_can_be_options()
    {
        var types = SourceFile.Parse("Sample.cs", """
            public sealed class SampleOptions { }

            internal sealed class HiddenOptions { }
            """).Types;

        Assert.Equal(["SampleOptions"], types.Where(type => type.IsOptions).Select(type => type.Name));
    }

    [Fact]
    public void A_room_sees_the_rooms_below_it_and_none_of_its_row()
    {
        Assert.Equal(["Utilities", "Failures"], House.RoomsBelow("Health"));
        Assert.DoesNotContain("Probing", House.RoomsBelow("LoadBalancing"));
        Assert.DoesNotContain("LoadBalancing", House.RoomsBelow("Probing"));
        Assert.Contains("Routing", House.RoomsBelow(House.Root));
    }
}
