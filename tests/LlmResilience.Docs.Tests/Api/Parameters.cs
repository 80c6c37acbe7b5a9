using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace LlmResilience.Docs.Tests.Api;

/// <summary>Parameters and what comes back, with everything that a caller's code depends on.</summary>
internal static class Parameters
{
    public static string Write(MethodBase method)
    {
        var extension = method.IsDefined(typeof(ExtensionAttribute), inherit: false) ? "this " : "";
        return $"{extension}{Write(method.GetParameters())}";
    }

    public static string Write(IEnumerable<ParameterInfo> parameters) => string.Join(", ", parameters.Select(Write));

    public static string Returned(MethodInfo method) => $"{Reference(method)}{TypeNames.Of(method.ReturnParameter)}";

    /// <summary>The words before what comes back by reference.</summary>
    public static string Reference(MethodInfo method)
    {
        if (!method.ReturnType.IsByRef)
        {
            return "";
        }

        return method.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(InAttribute)) ? "ref readonly " : "ref ";
    }

    private static string Write(ParameterInfo parameter)
    {
        var marks = string.Concat(Marks.Of(parameter.GetCustomAttributesData()).Select(mark => $"{mark} "));
        var value = parameter.HasDefaultValue ? $" = {Literals.Write(parameter.DefaultValue, parameter.ParameterType)}" : "";
        return $"{marks}{Modifier(parameter)}{TypeNames.Of(parameter)} {parameter.Name}{value}";
    }

    private static string Modifier(ParameterInfo parameter)
    {
        if (parameter.IsDefined(typeof(ParamArrayAttribute)) || parameter.IsDefined(typeof(ParamCollectionAttribute)))
        {
            return "params ";
        }

        if (!parameter.ParameterType.IsByRef)
        {
            return "";
        }

        if (parameter.IsDefined(typeof(RequiresLocationAttribute)))
        {
            return "ref readonly ";
        }

        return (parameter.IsIn, parameter.IsOut) switch
        {
            (true, _) => "in ",
            (_, true) => "out ",
            _ => "ref ",
        };
    }
}
