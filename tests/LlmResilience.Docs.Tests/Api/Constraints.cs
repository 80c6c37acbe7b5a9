using System.Reflection;

namespace LlmResilience.Docs.Tests.Api;

/// <summary>What type arguments must be.</summary>
internal static class Constraints
{
    public static string Of(Type type)
    {
        var inherited = type.DeclaringType?.GetGenericArguments().Length ?? 0;
        return Write(type.GetGenericArguments().Skip(inherited));
    }

    public static string Of(MethodInfo method) => method.IsGenericMethod ? Write(method.GetGenericArguments()) : "";

    private static string Write(IEnumerable<Type> parameters)
        => string.Concat(parameters.Select(parameter => (parameter.Name, Constraints: All(parameter).ToList()))
            .Where(parameter => parameter.Constraints.Count > 0)
            .Select(parameter => $" where {parameter.Name} : {string.Join(", ", parameter.Constraints)}"));

    private static IEnumerable<string> All(Type parameter)
    {
        var attributes = parameter.GenericParameterAttributes;
        var isStruct = attributes.HasFlag(GenericParameterAttributes.NotNullableValueTypeConstraint);
        var types = parameter.GetGenericParameterConstraints().Where(type => type != typeof(ValueType)).Select(TypeNames.Of).ToList();
        if (isStruct)
        {
            yield return IsMarked(parameter, "IsUnmanagedAttribute") ? "unmanaged" : "struct";
        }
        else if (attributes.HasFlag(GenericParameterAttributes.ReferenceTypeConstraint))
        {
            yield return NullableFlags.OfTypeParameter(parameter).IsNextAnnotated() ? "class?" : "class";
        }
        else if (types.Count == 0 && NullableFlags.OfTypeParameter(parameter).IsNextNotNullable())
        {
            yield return "notnull";
        }

        foreach (var type in types)
        {
            yield return type;
        }

        if (attributes.HasFlag(GenericParameterAttributes.DefaultConstructorConstraint) && !isStruct)
        {
            yield return "new()";
        }

        if (attributes.HasFlag(GenericParameterAttributes.AllowByRefLike))
        {
            yield return "allows ref struct";
        }
    }

    private static bool IsMarked(Type parameter, string name) => parameter.GetCustomAttributesData().Any(attribute => attribute.AttributeType.Name == name);
}
