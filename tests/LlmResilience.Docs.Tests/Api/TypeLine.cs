using System.Reflection;
using System.Runtime.CompilerServices;

namespace LlmResilience.Docs.Tests.Api;

/// <summary>The declaration of a type, in one line.</summary>
internal static class TypeLine
{
    public static string Write(Type type)
    {
        if (type.IsSubclassOf(typeof(Delegate)))
        {
            var invoke = type.GetMethod("Invoke")!;
            return $"{Visibility.Word(type)} delegate {Parameters.Returned(invoke)} {TypeNames.Declared(type)}({Parameters.Write(invoke)}){Constraints.Of(type)}";
        }

        var bases = Bases(type).ToList();
        var list = bases.Count == 0 ? "" : $" : {string.Join(", ", bases)}";
        return $"{Visibility.Word(type)} {Kind(type)} {TypeNames.Declared(type)}{list}{Constraints.Of(type)}";
    }

    public static bool IsRecord(Type type)
        => type.GetMethod("<Clone>$") is not null
            || (type.IsValueType && type.GetMethod("PrintMembers", BindingFlags.Instance | BindingFlags.NonPublic)?.IsDefined(typeof(CompilerGeneratedAttribute)) == true);

    private static string Kind(Type type)
    {
        if (type.IsEnum)
        {
            return type.IsDefined(typeof(FlagsAttribute)) ? "[Flags] enum" : "enum";
        }

        if (type.IsInterface)
        {
            return "interface";
        }

        if (type.IsValueType)
        {
            var isReadOnly = type.IsDefined(typeof(IsReadOnlyAttribute)) ? "readonly " : "";
            var isReference = type.IsByRefLike ? "ref " : "";
            return $"{isReadOnly}{isReference}{(IsRecord(type) ? "record struct" : "struct")}";
        }

        var kind = IsRecord(type) ? "record" : "class";
        return (type.IsAbstract, type.IsSealed) switch
        {
            (true, true) => $"static {kind}",
            (true, false) => $"abstract {kind}",
            (false, true) => $"sealed {kind}",
            _ => kind,
        };
    }

    private static IEnumerable<string> Bases(Type type)
    {
        if (type.IsEnum)
        {
            return Enum.GetUnderlyingType(type) == typeof(int) ? [] : [TypeNames.Of(Enum.GetUnderlyingType(type))];
        }

        var isImplied = type.BaseType is null || type.BaseType == typeof(object) || type.BaseType == typeof(ValueType);
        return [.. isImplied ? Enumerable.Empty<string>() : [TypeNames.Of(type.BaseType!)], .. Interfaces(type)];
    }

    // Those that the type itself adds: not its base's, not those that come with another interface, not the one of every record.
    private static IEnumerable<string> Interfaces(Type type)
    {
        var all = type.GetInterfaces();
        var inherited = all.SelectMany(one => one.GetInterfaces()).Concat(type.BaseType?.GetInterfaces() ?? []);
        return all.Except(inherited)
            .Where(one => one.IsVisible && !(IsRecord(type) && one == typeof(IEquatable<>).MakeGenericType(type)))
            .Select(TypeNames.Of)
            .Order(StringComparer.Ordinal);
    }
}
