using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace LlmResilience.Docs.Tests.Api;

/// <summary>The attributes that change what a caller's compiler says.</summary>
internal static class Marks
{
    private static readonly HashSet<Type> Known =
    [
        typeof(ObsoleteAttribute),
        typeof(ExperimentalAttribute),
        typeof(AllowNullAttribute),
        typeof(DisallowNullAttribute),
        typeof(NotNullAttribute),
        typeof(MaybeNullAttribute),
        typeof(NotNullWhenAttribute),
        typeof(MaybeNullWhenAttribute),
        typeof(NotNullIfNotNullAttribute),
        typeof(RequiresUnreferencedCodeAttribute),
        typeof(RequiresDynamicCodeAttribute),
    ];

    public static IEnumerable<string> Of(IList<CustomAttributeData> attributes)
    {
        // Where the compiler marks what older compilers must not touch (ref structs, required members), it is obsolete for those alone.
        var isForOldCompilers = attributes.Any(attribute => attribute.AttributeType == typeof(CompilerFeatureRequiredAttribute));
        return attributes
            .Where(attribute => Known.Contains(attribute.AttributeType) && !(isForOldCompilers && attribute.AttributeType == typeof(ObsoleteAttribute)))
            .Select(Write)
            .Order(StringComparer.Ordinal);
    }

    private static string Write(CustomAttributeData attribute)
    {
        var arguments = attribute.ConstructorArguments.Select(Value)
            .Concat(attribute.NamedArguments.Select(argument => $"{argument.MemberName} = {Value(argument.TypedValue)}"))
            .ToList();
        var name = attribute.AttributeType.Name[..^"Attribute".Length];
        return arguments.Count == 0 ? $"[{name}]" : $"[{name}({string.Join(", ", arguments)})]";
    }

    private static string Value(CustomAttributeTypedArgument argument) => Literals.Write(argument.Value, argument.ArgumentType);
}
