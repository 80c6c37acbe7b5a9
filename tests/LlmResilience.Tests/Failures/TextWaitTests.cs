using LlmResilience.Failures;

namespace LlmResilience.Tests.Failures;

/// <summary>How long to wait, in words.</summary>
public sealed class TextWaitTests
{
    private static readonly DateTimeOffset Now = new(2026, 5, 4, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("Please try again in 9s.")]
    [InlineData("Try again after 9s")]
    [InlineData("Please retry in 9s.")]
    [InlineData("Retry after 9s")]
    [InlineData("Retrying in 9s")]
    [InlineData("retry-after: 9")]
    [InlineData("retry_after: 9")]
    [InlineData("Please wait 9s")]
    [InlineData("Wait for 9s")]
    [InlineData("Available in 9s")]
    [InlineData("Your limit resets in 9s")]
    [InlineData("Your limit will reset in 9s")]
    [InlineData("It will reset after 9s")]
    [InlineData("请在 9 秒后重试")]
    [InlineData("请于9秒后重试")]
    [InlineData("请等待9秒")]
    public void Every_way_to_say_it_is_known(string text) => Assert.Equal(TimeSpan.FromSeconds(9), Read(text));

    [Theory]
    [InlineData("about 9s")]
    [InlineData("approximately 9s")]
    [InlineData("another 9s")]
    [InlineData("at least 9s")]
    [InlineData("for 9s")]
    [InlineData(" 9s")]
    [InlineData("about another 9s")]
    public void What_stands_before_the_number_is_passed_over(string text) => Assert.Equal(TimeSpan.FromSeconds(9), Read($"Retry after {text}"));

    [Theory]
    [InlineData("500ms", 0.5)]
    [InlineData("1 millisecond", 0.001)]
    [InlineData("250 milliseconds", 0.25)]
    [InlineData("2 s", 2d)]
    [InlineData("2 sec", 2d)]
    [InlineData("2 secs", 2d)]
    [InlineData("1 second", 1d)]
    [InlineData("2 seconds", 2d)]
    [InlineData("2秒", 2d)]
    [InlineData("2秒后", 2d)]
    [InlineData("2秒钟后", 2d)]
    [InlineData("2m", 120d)]
    [InlineData("2 min", 120d)]
    [InlineData("2 mins", 120d)]
    [InlineData("1 minute", 60d)]
    [InlineData("2 minutes", 120d)]
    [InlineData("2分", 120d)]
    [InlineData("2分钟后", 120d)]
    [InlineData("2h", 7200d)]
    [InlineData("1 hr", 3600d)]
    [InlineData("2 hrs", 7200d)]
    [InlineData("1 hour", 3600d)]
    [InlineData("2 hours", 7200d)]
    [InlineData("2小时后", 7200d)]
    [InlineData("2d", 172_800d)]
    [InlineData("1 day", 86_400d)]
    [InlineData("2 days", 172_800d)]
    [InlineData("30", 30d)]
    [InlineData("30.", 30d)]
    [InlineData("1.5", 1.5)]
    [InlineData(".5s", 0.5)]
    [InlineData("6m3.2s", 363.2)]
    [InlineData("1h2m3.5s.", 3723.5)]
    [InlineData("1 minute 30 seconds", 90d)]
    [InlineData("1 minute, 30 seconds", 90d)]
    [InlineData("1 minute and 30 seconds", 90d)]
    [InlineData("1 hour, 1 minute, and 30 seconds", 3690d)]
    [InlineData("2 minutes 5", 120d)]
    [InlineData("2 minutes, then 5 seconds", 120d)]
    [InlineData("3650 days", 315_360_000d)]
    [InlineData("99999999 days", 315_360_000d)]
    [InlineData("5 requests", null)]
    [InlineData("1.2.3s", null)]
    [InlineData("a while", null)]
    [InlineData("", null)]
    public void A_wait_is_numbers_with_units_or_a_number_alone(string text, double? seconds)
        => Assert.Equal(seconds, Read($"Retry after {text}")?.TotalSeconds);

    [Fact]
    public void A_phrase_without_a_number_leaves_the_next_one_its_say()
    {
        Assert.Equal(TimeSpan.FromSeconds(5), Read("Do not try again in vain; try again in 5s"));
        Assert.Equal(TimeSpan.FromSeconds(5), Read("Try again in vain, or retry in 5s"));
    }

    [Theory]
    [InlineData("Your quota will reset at 2026-05-04T12:00:30Z", 30d)]
    [InlineData("It resets at 2026-05-04T12:00:30Z.", 30d)]
    [InlineData("It resets at 2026-05-04T14:00:30+02:00, in the afternoon", 30d)]
    [InlineData("It resets at 2026-05-04T13:09:30+01:09", 30d)]
    [InlineData("Reset at 2026-05-04T12:00:30Z", 30d)]
    [InlineData("(resets at 2026-05-04T12:00:30Z)", 30d)]
    [InlineData("Your quota will reset at 12:30", null)]
    [InlineData("Your quota will reset at 13", null)]
    [InlineData("Your quota will reset at 2026-05-04T12:30PM", null)]
    [InlineData("Your quota will reset at tomorrow", null)]
    [InlineData("Your quota will reset at t5", null)]
    [InlineData("Your quota will reset at ", null)]
    [InlineData("2026-05-04T12:00:30Z", null)]
    public void An_instant_is_a_date_with_its_time(string text, double? seconds) => Assert.Equal(seconds, Read(text)?.TotalSeconds);

    [Fact]
    public void What_is_quoted_says_nothing() => Assert.Null(Read("The name \"retry in 5s\" is taken."));

    private static TimeSpan? Read(string text) => TextWait.Read(SpokenText.Of(text), Now);
}
