using System.Text;
using System.Text.Json;

namespace LlmResilience.Tests.Failures;

/// <summary>Where in a body an error may stand, and what of it is not read.</summary>
public sealed class ErrorBodyTests
{
    private const string NoMoney = "insufficient_quota";
    private const string TooLong = "The prompt is too long.";

    [Theory]
    [InlineData("error_code")]
    [InlineData("errorCode")]
    [InlineData("errorcode")]
    [InlineData("code")]
    [InlineData("Code")]
    [InlineData("type")]
    [InlineData("error_type")]
    [InlineData("errorType")]
    [InlineData("__type")]
    public void A_field_for_the_errors_own_code_names_it(string name)
        => Assert.Equal((FailureKind.QuotaExhausted, NoMoney), Classify($$"""{"{{name}}":"{{NoMoney}}"}"""));

    [Theory]
    [InlineData("status")]
    [InlineData("reason")]
    [InlineData("limit_source")]
    [InlineData("statusCode")]
    [InlineData("status_code")]
    [InlineData("raw_status_code")]
    public void A_field_for_a_cause_says_it_and_names_the_error_only_with_it(string name)
    {
        Assert.Equal((FailureKind.QuotaExhausted, NoMoney), Classify($$"""{"{{name}}":"{{NoMoney}}"}"""));
        Assert.Equal((FailureKind.InvalidRequest, null), Classify($$"""{"{{name}}":"other"}"""));
    }

    [Theory]
    [InlineData("message")]
    [InlineData("Message")]
    [InlineData("msg")]
    [InlineData("detail")]
    [InlineData("error")]
    [InlineData("error_message")]
    [InlineData("error_msg")]
    [InlineData("errorMessage")]
    [InlineData("error_description")]
    [InlineData("description")]
    [InlineData("title")]
    [InlineData("faultstring")]
    [InlineData("status_msg")]
    [InlineData("raw")]
    public void A_field_for_a_text_is_read(string name)
        => Assert.Equal(FailureKind.ContextLengthExceeded, Classify($$"""{"{{name}}":"{{TooLong}}"}""").Kind);

    [Theory]
    [InlineData("error")]
    [InlineData("errors")]
    [InlineData("message")]
    [InlineData("detail")]
    [InlineData("details")]
    [InlineData("innererror")]
    [InlineData("inner_error")]
    [InlineData("innerError")]
    [InlineData("metadata")]
    [InlineData("response")]
    [InlineData("fault")]
    [InlineData("base_resp")]
    [InlineData("raw")]
    public void A_field_for_an_error_is_read_whether_it_is_one_or_several(string name)
    {
        Assert.Equal((FailureKind.QuotaExhausted, NoMoney), Classify($$$"""{"{{{name}}}":{"code":"{{{NoMoney}}}"}}"""));
        Assert.Equal((FailureKind.QuotaExhausted, NoMoney), Classify($$$"""{"{{{name}}}":[{},{"code":"{{{NoMoney}}}"}]}"""));
    }

    [Theory]
    [InlineData("""{"input":{"code":"insufficient_quota"}}""")]
    [InlineData("""{"input":"The prompt is too long."}""")]
    [InlineData("""{"code":["insufficient_quota"]}""")]
    [InlineData("""{"code":{"code":"insufficient_quota"}}""")]
    [InlineData("""{"message":true}""")]
    [InlineData("true")]
    [InlineData("<html>The prompt is too long.</html>")]
    public void Fields_that_may_quote_the_request_and_pages_are_not_read(string body)
        => Assert.Equal((FailureKind.InvalidRequest, null), Classify(body));

    [Theory]
    [InlineData("\uFEFF{\"code\":\"insufficient_quota\"}")]
    [InlineData(" \r\n\t{\"code\":\"insufficient_quota\"}\r\n")]
    [InlineData("[{\"code\":\"insufficient_quota\"}]")]
    [InlineData("\"insufficientQuotaError: no\"")]
    [InlineData("{\"error\":\"{\\\"code\\\":\\\"insufficient_quota\\\"}\"}")]
    public void An_error_may_be_the_body_an_item_of_it_or_a_text_in_it(string body)
        => Assert.Equal(FailureKind.QuotaExhausted, Classify(body).Kind);

    [Theory]
    [InlineData("The prompt is too long.")]
    [InlineData("\"The prompt is too long.\"")]
    [InlineData("{The prompt is too long.}")]
    public void A_plain_text_is_read_as_one(string body) => Assert.Equal(FailureKind.ContextLengthExceeded, Classify(body).Kind);

    [Theory]
    [InlineData("""{"code":"first","type":"second"}""", "first")]
    [InlineData("""{"type":"first","code":"second"}""", "second")]
    [InlineData("""{"code":"outer","error":{"code":"inner"}}""", "outer")]
    [InlineData("""{"error":{"code":"inner"}}""", "inner")]
    [InlineData("""{"code":1234567}""", "1234567")]
    [InlineData("""{"type":1234567}""", null)]
    [InlineData("""{"errorType":1234567}""", null)]
    public void The_outermost_code_names_the_error_and_a_type_does_where_there_is_none(string body, string? name)
        => Assert.Equal((FailureKind.InvalidRequest, name), Classify(body));

    [Theory]
    [InlineData(8, FailureKind.QuotaExhausted)]
    [InlineData(9, FailureKind.InvalidRequest)]
    public void So_many_items_are_looked_at(int position, FailureKind kind)
    {
        var items = Enumerable.Range(1, 10).Select(i => i == position ? $$"""{"code":"{{NoMoney}}"}""" : "{}");

        Assert.Equal(kind, Classify($$"""{"errors":[{{string.Join(',', items)}}]}""").Kind);
    }

    [Theory]
    [InlineData(5, FailureKind.QuotaExhausted)]
    [InlineData(6, FailureKind.InvalidRequest)]
    public void So_deep_is_looked(int depth, FailureKind kind)
    {
        Assert.Equal(kind, Classify($$"""{{Nested("{\"error\":", depth)}}{"code":"{{NoMoney}}"}{{new string('}', depth)}}""").Kind);
        Assert.Equal(kind, Classify($$"""{{new string('[', depth)}}{"code":"{{NoMoney}}"}{{new string(']', depth)}}""").Kind);
    }

    [Theory]
    [InlineData("The prompt is too long.", 6, FailureKind.ContextLengthExceeded)]
    [InlineData("The prompt is too long.", 7, FailureKind.InvalidRequest)]
    [InlineData("{\\\"a\\\":5} prompt is too long", 6, FailureKind.ContextLengthExceeded)]
    public void A_text_a_level_deeper_is_read_but_for_an_error_inside_it(string text, int depth, FailureKind kind)
        => Assert.Equal(kind, Classify($"{new string('[', depth)}\"{text}\"{new string(']', depth)}").Kind);

    [Theory]
    [InlineData(2, FailureKind.QuotaExhausted)]
    [InlineData(3, FailureKind.InvalidRequest)]
    public void So_many_relays_are_looked_behind(int relays, FailureKind kind)
    {
        var body = $$"""{"code":"{{NoMoney}}"}""";
        for (var i = 0; i < relays; i++)
        {
            body = $$"""{"message":{{JsonSerializer.Serialize(body)}}}""";
        }

        Assert.Equal(kind, Classify(body).Kind);
    }

    [Fact]
    public void Half_a_surrogate_pair_hides_nothing_else()
        => Assert.Equal((FailureKind.QuotaExhausted, NoMoney), Classify($$"""{"message":"\ud800","param":"\ud800","error_code":"\ud800","code":"{{NoMoney}}"}"""));

    [Theory]
    [InlineData("""{"status_code":1008,"status_msg":"no"}""", FailureKind.QuotaExhausted)]
    [InlineData("""{"status_code":1008,"message":"no"}""", FailureKind.InvalidRequest)]
    public void A_number_of_MiniMax_is_no_other_providers(string body, FailureKind kind) => Assert.Equal(kind, Classify(body).Kind);

    [Theory]
    [InlineData("""{"metadata":{"flagged_input":"words"}}""", FailureKind.ContentFiltered)]
    [InlineData("""{"flagged_input":"words","metadata":{"flagged_input":"words"}}""", FailureKind.ContentFiltered)]
    [InlineData("""{"metadata":{"flagged_input":null}}""", FailureKind.InvalidRequest)]
    [InlineData("""{"metadata":{"flagged_input":"words"},"error":{"code":"x"}}""", FailureKind.ContentFiltered)]
    public void A_flagged_prompt_says_so(string body, FailureKind kind) => Assert.Equal(kind, Classify(body).Kind);

    [Theory]
    [InlineData("\"messages\"", FailureKind.InvalidRequest)]
    [InlineData("\"model\"", FailureKind.NotFound)]
    [InlineData("\"Model\"", FailureKind.NotFound)]
    [InlineData("\"\"", FailureKind.NotFound)]
    [InlineData("\"None\"", FailureKind.NotFound)]
    [InlineData("null", FailureKind.NotFound)]
    [InlineData("5", FailureKind.NotFound)]
    public void What_is_missing_is_a_field_of_the_request_if_the_error_names_one(string parameter, FailureKind kind)
    {
        Assert.Equal(kind, Classify($$"""{"param":{{parameter}}}""", status: 404).Kind);
        Assert.Equal(kind, Classify($$"""{"param":{{parameter}}}""", status: 410).Kind);
        Assert.Equal(FailureKind.NotFound, Classify($$"""{"param":{{parameter}}}""", status: 405).Kind);
    }

    [Fact]
    public void The_outermost_field_counts()
    {
        Assert.Equal(FailureKind.NotFound, Classify("""{"param":"model","error":{"param":"messages"}}""", status: 404).Kind);
        Assert.Equal(TimeSpan.FromSeconds(5), Read("""{"retry_after":5,"error":{"retry_after":9}}""", status: 429).RetryAfter);
        Assert.Equal(TimeSpan.FromSeconds(9), Read("""{"error":{"retry_after":9}}""", status: 429).RetryAfter);
    }

    [Theory]
    [InlineData("""{"metadata":{"headers":{"Retry-After":"9"}}}""", 9d)]
    [InlineData("""{"metadata":{"headers":{"Retry-After":9}}}""", 9d)]
    [InlineData("""{"metadata":{"headers":{"Other":"\ud800","Retry-After":9}}}""", 9d)]
    [InlineData("""{"metadata":{"headers":["Retry-After"]}}""", null)]
    public void Headers_of_a_response_behind_this_one_say_how_long_to_wait(string body, double? seconds)
        => Assert.Equal(seconds, Read(body, status: 429).RetryAfter?.TotalSeconds);

    [Theory]
    [InlineData(31, 9d)]
    [InlineData(32, null)]
    public void So_many_headers_are_looked_at(int before, double? seconds)
    {
        var others = string.Concat(Enumerable.Range(0, before).Select(i => $"\"x-{i}\":\"\","));

        Assert.Equal(seconds, Read($$$"""{"headers":{{{{others}}}"Retry-After":"9"}}""", status: 429).RetryAfter?.TotalSeconds);
    }

    [Theory]
    [InlineData(0, FailureKind.ContextLengthExceeded)]
    [InlineData(1, FailureKind.InvalidRequest)]
    public void So_long_a_body_is_read_to_its_end(int more, FailureKind kind)
    {
        const string Text = "prompt is too long";
        var body = new string('\n', (64 * 1024) - Text.Length + more) + Text;

        Assert.Equal(kind, Classify(body).Kind);
    }

    [Fact]
    public void What_a_relay_says_before_the_error_that_it_hands_on_is_read_as_well()
        => Assert.Equal(FailureKind.QuotaExhausted, Classify("""{"message":"litellm.BudgetExceededError: {\"message\":\"no\"}"}""").Kind);

    private static string Nested(string piece, int times) => string.Concat(Enumerable.Repeat(piece, times));

    private static (FailureKind Kind, string? Name) Classify(string body, int status = 400)
    {
        var failure = Read(body, status);
        return (failure.Kind, failure.ErrorCode);
    }

    private static Failure Read(string body, int status) => Failure.FromHttpResponse(status, headers: null, Encoding.UTF8.GetBytes(body), DateTimeOffset.UnixEpoch);
}
