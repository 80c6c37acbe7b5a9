using System.Text.RegularExpressions;

namespace LlmResilience.Tests.Layout;

/// <summary>Source text as far as these tests must understand it.</summary>
internal static partial class CSharpText
{
    /// <summary>Blanks comments, strings and characters. What is left stays where it was, so that lines can be counted.</summary>
    /// <remarks>What stands in the holes of an interpolated string is left out with it, except beside a string inside a hole.</remarks>
    public static string WithoutCommentsAndStrings(string text)
        => CommentOrString().Replace(text, match => LineContent().Replace(match.Value, " "));

    /// <summary>Finds the end of a declaration: its closing brace, or its semicolon where it has no body.</summary>
    /// <param name="code">Code without comments and strings.</param>
    /// <param name="start">Where the declaration starts.</param>
    public static int FindEnd(string code, int start)
    {
        var depth = 0;
        for (var index = start; index < code.Length; index++)
        {
            if (code[index] is '(' or '{')
            {
                depth++;
            }
            else if (code[index] is ')' or '}')
            {
                depth--;
            }

            if (depth == 0 && code[index] is ('}' or ';'))
            {
                return index;
            }
        }

        throw new FormatException($"The declaration at {start} has no end.");
    }

    [GeneratedRegex("""
        //[^\n]*
        | /\*.*?\*/
        | \$?@\$?"(?:""|[^"])*"
        | \$*(?<quotes>"{3,}).*?\k<quotes>
        | \$?"(?:\\.|[^"\\\n])*"
        | '(?:\\.[^'\n]{0,8}|[^'\\\n])'
        """, RegexOptions.Singleline | RegexOptions.IgnorePatternWhitespace | RegexOptions.ExplicitCapture)]
    private static partial Regex CommentOrString();

    [GeneratedRegex(@"[^\n]")]
    private static partial Regex LineContent();
}
