using System.Xml.Linq;

namespace LlmResilience.Tests.Packaging;

/// <summary>The nuspec is written by hand, so it is held against what the build uses.</summary>
public sealed class NuspecTests
{
    private readonly XDocument _nuspec = RepositoryFiles.Load("LlmResilience.nuspec");
    private readonly XDocument _project = RepositoryFiles.Load("src", "LlmResilience", "LlmResilience.csproj");
    private readonly XDocument _central = RepositoryFiles.Load("Directory.Packages.props");
    private readonly XDocument _build = RepositoryFiles.Load("Directory.Build.props");

    private IEnumerable<string> Frameworks => _build.Named("TargetFrameworks").Single().Value.Split(';');

    [Fact]
    public void Every_target_framework_has_a_dependency_group()
        => Assert.Equal(Frameworks, _nuspec.Named("group").Select(group => group.Value("targetFramework")));

    [Fact]
    public void Dependencies_of_every_group_are_the_package_references_of_the_project_at_the_lowest_versions_which_it_is_compiled_against()
    {
        var versions = Versions(ofLibraries: true);
        var references = _project.Named("PackageReference")
            .Where(reference => reference.Attribute("PrivateAssets") is null)
            .Select(reference => (Id: reference.Value("Include"), Version: versions[reference.Value("Include")]))
            .Order()
            .ToList();

        Assert.NotEmpty(references);
        Assert.All(_nuspec.Named("group"), group => Assert.Equal(
            references,
            group.Named("dependency").Select(dependency => (dependency.Value("id"), dependency.Value("version"))).Order()));
    }

    [Fact]
    public void Package_references_of_the_build_props_are_private_and_so_no_dependencies()
        => Assert.All(_build.Named("PackageReference"), reference => Assert.Equal("all", reference.Value("PrivateAssets")));

    [Fact]
    public void Library_of_every_target_framework_is_in_the_package()
        => Assert.Equal(
            Frameworks.Select(framework => $"lib/{framework}"),
            _nuspec.Named("file").Select(file => file.Value("target")).Where(target => target.StartsWith("lib/", StringComparison.Ordinal)));

    [Fact]
    public void Licence_readme_and_tags_are_those_of_the_other_packages()
    {
        Assert.Equal(_build.Named("PackageLicenseExpression").Single().Value, _nuspec.Named("license").Single().Value);
        Assert.Equal(_build.Named("PackageReadmeFile").Single().Value, _nuspec.Named("readme").Single().Value);
        Assert.Equal(_build.Named("PackageTags").Single().Value.Replace(';', ' '), _nuspec.Named("tags").Single().Value);
        Assert.Contains(_nuspec.Named("file"), file => file.Value("target") == _nuspec.Named("readme").Single().Value);
    }

    [Fact]
    public void The_address_of_the_repository_stands_in_one_place()
    {
        var address = _build.Named("RepositoryUrl").Single().Value;

        Assert.StartsWith("https://", address, StringComparison.Ordinal);
        Assert.Equal("$(RepositoryUrl)", _build.Named("PackageProjectUrl").Single().Value);
        Assert.Equal("$(RepositoryUrl)/blob/main/CHANGELOG.md", _build.Named("PackageReleaseNotes").Single().Value);
        Assert.DoesNotContain(address, _nuspec.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(address, _project.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Origin_and_release_notes_are_those_of_the_other_packages()
    {
        var repository = _nuspec.Named("repository").Single();

        Assert.Equal("$projectUrl$", _nuspec.Named("projectUrl").Single().Value);
        Assert.Equal("$releaseNotes$", _nuspec.Named("releaseNotes").Single().Value);
        Assert.Equal(["$repositoryType$", "$repositoryUrl$", "$repositoryCommit$"], new[] { "type", "url", "commit" }.Select(name => repository.Value(name)));
        Assert.Subset(
            Given(),
            new HashSet<string>(StringComparer.Ordinal)
            {
                "projectUrl=$(PackageProjectUrl)",
                "releaseNotes=$(PackageReleaseNotes)",
                "repositoryType=$(RepositoryType)",
                "repositoryUrl=$(RepositoryUrl)",
                "repositoryCommit=$(SourceRevisionId)",
            });
    }

    [Fact]
    public void Project_packs_this_nuspec_and_gives_it_every_value_it_leaves_open()
    {
        var properties = Given().Select(property => property.Split('=')[0]).ToHashSet(StringComparer.Ordinal);
        var open = _nuspec.ToString().Split('$').Where((_, index) => index % 2 == 1);

        Assert.Equal("../../LlmResilience.nuspec", _project.Named("NuspecFile").Single().Value);
        Assert.Subset(properties, open.ToHashSet(StringComparer.Ordinal));
    }

    [Fact]
    public void Tests_run_with_what_the_libraries_are_compiled_against_or_newer()
    {
        var lowest = Versions(ofLibraries: true);
        var newest = Versions(ofLibraries: false);

        Assert.Equal(lowest.Keys.Order(StringComparer.Ordinal), newest.Keys.Order(StringComparer.Ordinal));
        Assert.All(lowest, package => Assert.True(Version.Parse(package.Value) <= Version.Parse(newest[package.Key]), package.Key));
    }

    private Dictionary<string, string> Versions(bool ofLibraries)
        => _central.Named("ItemGroup")
            .Single(group => group.Attribute("Condition")?.Value == $"'$(IsLibrary)' {(ofLibraries ? "==" : "!=")} 'true'")
            .Named("PackageVersion")
            .ToDictionary(package => package.Value("Include"), package => package.Value("Version"), StringComparer.OrdinalIgnoreCase);

    private HashSet<string> Given()
        => _project.Named("NuspecProperties").SelectMany(properties => properties.Value.Split(';')).ToHashSet(StringComparer.Ordinal);
}
