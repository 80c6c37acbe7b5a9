using LlmResilience.Failures;

namespace LlmResilience.Tests.Failures;

/// <summary>What of an error's codes and texts is kept for the verdict.</summary>
public sealed class ErrorReportTests
{
    [Theory]
    [InlineData("some_code", "some_code")]
    [InlineData("99", "99")]
    [InlineData("600", "600")]
    [InlineData("1234", "1234")]
    [InlineData("-400", "-400")]
    public void A_code_is_kept_and_names_the_error(string code, string name)
    {
        var report = ErrorReport.Of(code, message: null);

        Assert.Equal([code], report.Codes);
        Assert.Equal((name, null), (report.Name, report.Status));
    }

    [Theory]
    [InlineData("100", 100)]
    [InlineData("404", 404)]
    [InlineData("599", 599)]
    public void A_number_that_could_be_a_status_is_one(string code, int status)
    {
        var report = ErrorReport.Of(code, message: null);
        report.AddCode("500");

        Assert.Empty(report.Codes);
        Assert.Equal((code, status), (report.Name, report.Status));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("error")]
    [InlineData("None")]
    public void What_says_nothing_is_not_kept(string? code)
    {
        var report = ErrorReport.Of(code, message: null);

        Assert.Empty(report.Codes);
        Assert.Equal((null, null), (report.Name, report.Status));
    }

    [Theory]
    [InlineData(100, 1)]
    [InlineData(101, 0)]
    public void A_code_is_short(int length, int count) => Assert.Equal(count, ErrorReport.Of(new string('x', length), message: null).Codes.Count);

    [Fact]
    public void The_first_name_is_the_errors_and_a_cause_is_none()
    {
        var report = new ErrorReport();
        report.AddCode("cause");
        report.AddCode("first", isName: true);
        report.AddCode("second", isName: true);

        Assert.Equal(["cause", "first", "second"], report.Codes);
        Assert.Equal("first", report.Name);
    }

    [Fact]
    public void A_text_is_kept_and_the_names_before_it_are_codes()
    {
        var report = ErrorReport.Of(code: null, "RateLimitError: slow down");
        report.AddText(" ");

        Assert.Equal("slow down", Assert.Single(report.Texts).Strict);
        Assert.Equal(["ratelimiterror"], report.Codes);
        Assert.Null(report.Name);
    }

    [Theory]
    [InlineData("messages", true)]
    [InlineData("model", false)]
    [InlineData("MODEL", false)]
    [InlineData(null, false)]
    public void An_error_is_about_a_field_of_the_request_unless_that_is_the_model(string? parameter, bool namesField)
        => Assert.Equal(namesField, ErrorReport.Of(code: null, message: null, parameter).NamesField);
}
