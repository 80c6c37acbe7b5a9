using System.Reflection;

namespace LlmResilience.Docs.Tests.Api;

/// <summary>Types as C# writes them, without their namespaces.</summary>
internal static class TypeNames
{
    private static readonly Dictionary<Type, string> Keywords = new()
    {
        [typeof(void)] = "void",
        [typeof(object)] = "object",
        [typeof(string)] = "string",
        [typeof(bool)] = "bool",
        [typeof(char)] = "char",
        [typeof(sbyte)] = "sbyte",
        [typeof(byte)] = "byte",
        [typeof(short)] = "short",
        [typeof(ushort)] = "ushort",
        [typeof(int)] = "int",
        [typeof(uint)] = "uint",
        [typeof(long)] = "long",
        [typeof(ulong)] = "ulong",
        [typeof(float)] = "float",
        [typeof(double)] = "double",
        [typeof(decimal)] = "decimal",
    };

    public static string Of(ParameterInfo parameter) => Write(parameter.ParameterType, NullableFlags.Of(parameter));

    public static string Of(PropertyInfo property) => Write(property.PropertyType, NullableFlags.Of(property));

    public static string Of(FieldInfo field) => Write(field.FieldType, NullableFlags.Of(field));

    public static string Of(EventInfo @event) => Write(@event.EventHandlerType!, NullableFlags.Of(@event));

    /// <summary>A type where reflection does not tell about nullable references: a base, an interface, a constraint.</summary>
    public static string Of(Type type) => Write(type, NullableFlags.None());

    /// <summary>The name under which a type is declared, with its type parameters and with the types around it.</summary>
    public static string Declared(Type type) => Qualified(type, NullableFlags.None());

    private static string Write(Type type, NullableFlags flags)
    {
        if (type.IsByRef)
        {
            return Write(type.GetElementType()!, flags);
        }

        if (Nullable.GetUnderlyingType(type) is { } underlying)
        {
            return $"{Write(underlying, flags)}?";
        }

        if (IsValueType(type))
        {
            // Only those with type arguments have a flag, which says nothing.
            if (type.IsGenericType)
            {
                flags.Skip();
            }

            return Qualified(type, flags);
        }

        var mark = flags.IsNextAnnotated() ? "?" : "";
        return type.IsArray
            ? $"{Write(type.GetElementType()!, flags)}[{new string(',', type.GetArrayRank() - 1)}]{mark}"
            : $"{Qualified(type, flags)}{mark}";
    }

    // A type parameter that must be an enum is a value type to reflection, and may be Enum itself to the compiler.
    private static bool IsValueType(Type type) => type.IsGenericParameter
        ? type.GenericParameterAttributes.HasFlag(GenericParameterAttributes.NotNullableValueTypeConstraint)
        : type.IsValueType;

    private static string Qualified(Type type, NullableFlags flags)
    {
        if (Keywords.TryGetValue(type, out var keyword))
        {
            return keyword;
        }

        // A nested type has the type parameters of those around it as well; they are written there.
        var outer = type.IsGenericParameter ? null : type.DeclaringType;
        var arguments = type.GetGenericArguments().Skip(outer?.GetGenericArguments().Length ?? 0).Select(argument => $"{Variance(argument)}{Write(argument, flags)}").ToList();
        var name = type.Name.Split('`')[0];
        var list = arguments.Count == 0 ? "" : $"<{string.Join(", ", arguments)}>";
        return outer is null ? $"{name}{list}" : $"{Declared(outer)}.{name}{list}";
    }

    private static string Variance(Type argument)
    {
        if (!argument.IsGenericTypeParameter)
        {
            return "";
        }

        return (argument.GenericParameterAttributes & GenericParameterAttributes.VarianceMask) switch
        {
            GenericParameterAttributes.Covariant => "out ",
            GenericParameterAttributes.Contravariant => "in ",
            _ => "",
        };
    }
}
