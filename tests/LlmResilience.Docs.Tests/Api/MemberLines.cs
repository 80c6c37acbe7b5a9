using System.Reflection;
using System.Runtime.CompilerServices;

namespace LlmResilience.Docs.Tests.Api;

/// <summary>The members of a type, a line each: constants and fields, constructors, properties, events, methods; by name within these.</summary>
internal static class MemberLines
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    public static IEnumerable<string> OfEnum(Type type)
        => type.GetFields(BindingFlags.Public | BindingFlags.Static)
            .OrderBy(field => Convert.ToDecimal(field.GetRawConstantValue(), provider: null))
            .ThenBy(field => field.Name, StringComparer.Ordinal)
            .Select(field => Marked(field, $"{field.Name} = {Literals.Number(field.GetRawConstantValue()!)}"));

    public static IEnumerable<string> Of(Type type) =>
    [
        .. Sorted(type.GetFields(Declared).Where(Visibility.IsVisible), Field),
        .. Sorted(type.GetConstructors(Declared).Where(Visibility.IsVisible), Constructor),
        .. Sorted(type.GetProperties(Declared).Where(property => Visibility.IsVisible(property.GetMethod) || Visibility.IsVisible(property.SetMethod)), Property),
        .. Sorted(type.GetEvents(Declared).Where(@event => Visibility.IsVisible(@event.AddMethod)), Event),
        .. Sorted(type.GetMethods(Declared).Where(IsListed), Method),
    ];

    private static IEnumerable<string> Sorted<T>(IEnumerable<T> members, Func<T, string> write)
        where T : MemberInfo
        => members.Where(Visibility.IsWritten)
            .Select(member => (member.Name, Line: Marked(member, write(member))))
            .OrderBy(member => member.Name, StringComparer.Ordinal)
            .ThenBy(member => member.Line, StringComparer.Ordinal)
            .Select(member => member.Line);

    private static string Marked(MemberInfo member, string line)
        => string.Join(' ', Marks.Of(member.GetCustomAttributesData()).Append(line));

    private static string Field(FieldInfo field)
    {
        if (field.IsLiteral)
        {
            return $"{Visibility.Word(field)} const {TypeNames.Of(field)} {field.Name} = {Literals.Write(field.GetRawConstantValue(), field.FieldType)}";
        }

        var modifiers = $"{(field.IsStatic ? "static " : "")}{(field.IsInitOnly ? "readonly " : "")}";
        return $"{Visibility.Word(field)} {modifiers}{TypeNames.Of(field)} {field.Name}";
    }

    private static string Constructor(ConstructorInfo constructor)
        => $"{Visibility.Word(constructor)} {constructor.DeclaringType!.Name.Split('`')[0]}({Parameters.Write(constructor)})";

    private static string Property(PropertyInfo property)
    {
        var visible = new[] { property.GetMethod, property.SetMethod }.Where(Visibility.IsVisible).ToList();
        var widest = visible.Find(accessor => accessor!.IsPublic) ?? visible[0]!;
        var parameters = property.GetIndexParameters();
        var name = parameters.Length == 0 ? property.Name : $"this[{Parameters.Write(parameters)}]";
        var required = property.IsDefined(typeof(RequiredMemberAttribute)) ? "required " : "";
        var accessors = visible.Select(accessor => $"{(accessor!.IsPublic == widest.IsPublic ? "" : "protected ")}{AccessorName(accessor)};");
        var reference = property.GetMethod is { } getter ? Parameters.Reference(getter) : "";
        return $"{Visibility.Word(widest)} {Modifiers(widest)}{required}{reference}{TypeNames.Of(property)} {name} {{ {string.Join(' ', accessors)} }}";
    }

    private static string AccessorName(MethodInfo accessor)
    {
        if (accessor.ReturnType != typeof(void))
        {
            return "get";
        }

        return accessor.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit)) ? "init" : "set";
    }

    private static string Event(EventInfo @event)
        => $"{Visibility.Word(@event.AddMethod!)} {Modifiers(@event.AddMethod!)}event {TypeNames.Of(@event)} {@event.Name}";

    private static string Method(MethodInfo method)
    {
        var arguments = method.IsGenericMethod ? $"<{string.Join(", ", method.GetGenericArguments().Select(argument => argument.Name))}>" : "";
        return $"{Visibility.Word(method)} {Modifiers(method)}{Parameters.Returned(method)} {method.Name}{arguments}({Parameters.Write(method)}){Constraints.Of(method)}";
    }

    // Accessors are written with their properties and events, a finalizer concerns nobody.
    private static bool IsListed(MethodInfo method)
        => Visibility.IsVisible(method)
            && method.Name != "Finalize"
            && (!method.IsSpecialName || method.Name.StartsWith("op_", StringComparison.Ordinal));

    private static string Modifiers(MethodInfo method)
    {
        if (method.IsStatic)
        {
            return method.IsAbstract ? "static abstract " : "static ";
        }

        if (method.DeclaringType!.IsInterface || !method.IsVirtual)
        {
            return "";
        }

        if (method.GetBaseDefinition() != method)
        {
            return method.IsFinal && !method.DeclaringType.IsSealed ? "sealed override " : "override ";
        }

        if (method.IsAbstract)
        {
            return "abstract ";
        }

        // What implements an interface is virtual to the runtime, and final.
        return method.IsFinal ? "" : "virtual ";
    }
}
