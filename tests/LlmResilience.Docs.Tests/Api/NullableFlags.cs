using System.Reflection;

namespace LlmResilience.Docs.Tests.Api;

/// <summary>Reads the question marks behind reference types, which the compiler keeps in attributes: one flag for each part of a type, from left to right.</summary>
/// <remarks>Not by <see cref="NullabilityInfoContext"/>, which tells what may be null: of an open type parameter both <c>T</c> and <c>T?</c> may.</remarks>
internal sealed class NullableFlags
{
    private const byte NotNullable = 1;
    private const byte Annotated = 2;

    private readonly byte[]? _flags;
    private readonly byte _flag;
    private int _next;

    private NullableFlags(IEnumerable<CustomAttributeData> attributes, byte context)
    {
        switch (Argument(attributes, "NullableAttribute"))
        {
            case byte flag:
                _flag = flag;
                break;
            case IEnumerable<CustomAttributeTypedArgument> flags:
                _flags = [.. flags.Select(flag => (byte)flag.Value!)];
                break;
            default:
                // The compiler writes flags only where they differ from what holds around them.
                _flag = context;
                break;
        }
    }

    public static NullableFlags Of(ParameterInfo parameter) => new(parameter.GetCustomAttributesData(), Context(parameter.Member));

    public static NullableFlags Of(MemberInfo member) => new(member.GetCustomAttributesData(), Context(member.DeclaringType));

    public static NullableFlags OfTypeParameter(Type parameter)
        => new(parameter.GetCustomAttributesData(), parameter.DeclaringMethod is { } method ? Context(method) : Context(parameter.DeclaringType));

    /// <summary>Where nothing is known.</summary>
    public static NullableFlags None() => new([], context: 0);

    public bool IsNextAnnotated() => Next() == Annotated;

    public bool IsNextNotNullable() => Next() == NotNullable;

    public void Skip() => _next++;

    private static byte Context(MemberInfo? member)
        => member is null ? (byte)0 : Argument(member.GetCustomAttributesData(), "NullableContextAttribute") as byte? ?? Context(member.DeclaringType);

    private static object? Argument(IEnumerable<CustomAttributeData> attributes, string name)
        => attributes.FirstOrDefault(attribute => attribute.AttributeType.Name == name)?.ConstructorArguments[0].Value;

    private byte Next() => _flags is null ? _flag : _flags[_next++];
}
