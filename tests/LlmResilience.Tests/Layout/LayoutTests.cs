using LlmResilience.Tests.Packaging;

namespace LlmResilience.Tests.Layout;

/// <summary>Holds the code to the house that docs/architecture.md describes: where a type lives, and what it may know.</summary>
public sealed class LayoutTests
{
    private const int LongestType = 300;

    private static readonly IReadOnlyList<SourceFile> Files = SourceFile.ReadAll("LlmResilience");

    public static TheoryData<string> Libraries => ["LlmResilience", "LlmResilience.Anthropic", "LlmResilience.OpenAI", "LlmResilience.Testing"];

    [Fact]
    public void Every_folder_is_a_room_of_the_house()
        => AssertNone(Files.Select(file => file.Room).Distinct().Where(room => !House.Has(room)).Select(folder => $"{folder} is no room of the table in House.cs."));

    [Fact]
    public void A_room_names_only_rooms_below_it_and_options()
    {
        var homes = Files
            .SelectMany(file => file.Types.Where(type => !type.IsNested && !type.IsOptions).Select(type => (type.Name, file.Room)))
            .ToLookup(type => type.Name, type => type.Room, StringComparer.Ordinal);
        var arrows = from file in Files
                     where House.Has(file.Room)
                     let allowed = House.RoomsBelow(file.Room)
                     from name in file.Names.Order(StringComparer.Ordinal)
                     let rooms = homes[name]
                     where rooms.Any() && !rooms.Contains(file.Room) && rooms.All(room => House.Has(room) && !allowed.Contains(room))
                     select $"{file.Path} names {name} of {rooms.First()}; {file.Room} may name {string.Join(", ", allowed.Append("options classes"))} and itself.";

        AssertNone(arrows);
    }

    [Fact]
    public void A_type_of_over_300_lines_says_why_it_is_one_idea()
    {
        var types = from type in Files.SelectMany(file => file.Types)
                    where !type.IsNested
                    group type by type.Name into parts
                    let lines = parts.Sum(part => part.LineCount)
                    where lines >= LongestType && !parts.Any(part => part.Documentation.Contains("one idea", StringComparison.OrdinalIgnoreCase))
                    select $"{parts.Key} has {lines} lines. From {LongestType} on a type is two ideas, or its remarks say why it is one idea.";

        AssertNone(types);
    }

    [Theory]
    [MemberData(nameof(Libraries))]
    public void A_file_has_one_public_type_at_most(string library)
        => Assert.All(SourceFile.ReadAll(library), file => Assert.True(
            file.Types.Count(type => type.IsPublic && !type.IsNested) <= 1,
            $"{file.Path} has several public types: {string.Join(", ", file.Types.Where(type => type.IsPublic).Select(type => type.Name))}."));

    [Theory]
    [MemberData(nameof(Libraries))]
    public void A_class_that_is_not_public_is_sealed_static_or_abstract(string library)
        => Assert.All(
            SourceFile.ReadAll(library).SelectMany(file => file.Types.Where(type => type.IsClass && !type.IsPublic), (file, type) => (file.Path, Type: type)),
            found => Assert.True(found.Type.Modifiers.Any(modifier => modifier is "sealed" or "static" or "abstract"), $"{found.Type.Name} in {found.Path} is open."));

    [Fact]
    public void The_architecture_names_every_room()
    {
        var architecture = File.ReadAllText(Path.Combine(RepositoryFiles.Root, "docs", "architecture.md"));

        Assert.All(
            Files.Select(file => file.Room).Distinct().Where(room => room != House.Root),
            room => Assert.True(architecture.Contains($"`{room}/`", StringComparison.Ordinal), $"docs/architecture.md does not name `{room}/`."));
    }

    [Fact]
    public void No_public_type_escapes_these_tests()
        => Assert.Equal(
            typeof(ResilientChatClient).Assembly.GetExportedTypes().Where(type => !type.IsNested).Select(type => type.Name.Split('`')[0]).Distinct().Order(StringComparer.Ordinal),
            Files.SelectMany(file => file.Types).Where(type => type.IsPublic && !type.IsNested).Select(type => type.Name).Distinct().Order(StringComparer.Ordinal));

    private static void AssertNone(IEnumerable<string> wrong) => Assert.True(!wrong.Any(), string.Join('\n', wrong));
}
