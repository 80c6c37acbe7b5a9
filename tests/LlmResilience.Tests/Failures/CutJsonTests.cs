using System.Text;
using System.Text.Json;
using LlmResilience.Failures;

namespace LlmResilience.Tests.Failures;

/// <summary>JSON that was cut keeps what is whole.</summary>
public sealed class CutJsonTests
{
    [Theory]
    [InlineData("""{"a":1}""", """{"a":1}""")]
    [InlineData("""{"a":1} """, """{"a":1} """)]
    [InlineData("""{"a":"b"}""", """{"a":"b"}""")]
    [InlineData("""{"a":"b""", """{}""")]
    [InlineData("""{"a":"b",""", """{"a":"b"}""")]
    [InlineData("""{"a":"b","c""", """{"a":"b"}""")]
    [InlineData("""{"a":"b","c":""", """{"a":"b"}""")]
    [InlineData("""{"a":"b","c":{"d":[true,"e""", """{"a":"b","c":{"d":[true]}}""")]
    [InlineData("""{"a":{"b":[1]},"c":["d","e""", """{"a":{"b":[1]},"c":["d"]}""")]
    [InlineData("""[1,[""", """[1,[]]""")]
    [InlineData("""{""", """{}""")]
    [InlineData("\"whole\"", "\"whole\"")]
    public void What_is_open_is_closed_behind_the_last_whole_value(string text, string expected)
        => Assert.Equal(expected, Encoding.UTF8.GetString(CutJson.Complete(text)));

    [Theory]
    [InlineData(64, true)]
    [InlineData(65, false)]
    public void Deeper_than_anybody_nests_it_is_no_JSON(int depth, bool isJson)
    {
        var completing = Record.Exception(() => CutJson.Complete(new string('[', depth)));

        Assert.Equal(isJson, completing is null);
        Assert.True(isJson || completing is JsonException);
    }
}
