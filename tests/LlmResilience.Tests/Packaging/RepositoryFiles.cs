using System.Xml.Linq;

namespace LlmResilience.Tests.Packaging;

/// <summary>The files of the repository that these tests run in.</summary>
internal static class RepositoryFiles
{
    public static string Root => RepositoryRoot.Path;

    public static XDocument Load(params string[] path) => XDocument.Load(Path.Combine([Root, .. path]));

    /// <summary>The elements of a name, whatever the namespace.</summary>
    public static IEnumerable<XElement> Named(this XContainer container, string name)
        => container.Descendants().Where(element => element.Name.LocalName == name);

    public static string Value(this XElement element, string attribute)
        => element.Attribute(attribute)?.Value ?? throw new InvalidDataException($"{element} has no {attribute}.");
}
