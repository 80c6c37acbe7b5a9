using System.Reflection;
using System.Runtime.CompilerServices;

namespace LlmResilience.Docs.Tests.Api;

/// <summary>Tells what another assembly can see, and with which word.</summary>
internal static class Visibility
{
    public static bool IsVisible(Type type) => type.IsNested
        ? IsVisible(type.DeclaringType!) && (type.IsNestedPublic || (CanBeInherited(type.DeclaringType!) && (type.IsNestedFamily || type.IsNestedFamORAssem)))
        : type.IsPublic;

    public static bool IsVisible(MethodBase? method)
        => method is not null && (method.IsPublic || (CanBeInherited(method.DeclaringType!) && (method.IsFamily || method.IsFamilyOrAssembly)));

    public static bool IsVisible(FieldInfo field)
        => field.IsPublic || (CanBeInherited(field.DeclaringType!) && (field.IsFamily || field.IsFamilyOrAssembly));

    public static string Word(Type type) => type.IsPublic || type.IsNestedPublic ? "public" : "protected";

    public static string Word(MethodBase method) => method.IsPublic ? "public" : "protected";

    public static string Word(FieldInfo field) => field.IsPublic ? "public" : "protected";

    /// <summary>What the compiler adds to every record goes without saying, except what the parameters of a positional one bring.</summary>
    public static bool IsWritten(MemberInfo member)
        => !member.IsDefined(typeof(CompilerGeneratedAttribute), inherit: false) || member.Name == "Deconstruct";

    private static bool CanBeInherited(Type type) => type is { IsSealed: false, IsValueType: false };
}
