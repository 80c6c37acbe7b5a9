namespace LlmResilience.Tests.Failures;

/// <summary>The rule of each kind, found by the kind.</summary>
public sealed class FailureRulesTests
{
    public static TheoryData<FailureKind> WithRule => [.. Enum.GetValues<FailureKind>().Except(WithoutRule.Select(row => row.Data))];

    public static TheoryData<FailureKind> WithoutRule => [FailureKind.Canceled, FailureKind.RequestTimeout];

    [Theory]
    [MemberData(nameof(WithRule))]
    public void A_kinds_rule_is_the_very_one_of_its_property(FailureKind kind)
    {
        var rules = new FailureRules();
        var property = typeof(FailureRules).GetProperty(kind.ToString())!;

        Assert.Same(property.GetValue(rules), rules[kind]);

        var replacement = new FailureRule();
        property.SetValue(rules, replacement);
        Assert.Same(replacement, rules[kind]);
    }

    [Theory]
    [MemberData(nameof(WithoutRule))]
    public void What_ends_the_request_has_a_rule_that_does_nothing_and_cannot_be_changed(FailureKind kind)
    {
        var rules = new FailureRules();

        rules[kind].Retry = rules[kind].Fallback = rules[kind].CountsAgainstHealth = true;
        rules[kind].CoolDown = TimeSpan.FromSeconds(1);

        Assert.Equal((false, false, false, null), (rules[kind].Retry, rules[kind].Fallback, rules[kind].CountsAgainstHealth, rules[kind].CoolDown));
        Assert.Null(typeof(FailureRules).GetProperty(kind.ToString()));
    }

    [Fact]
    public void A_kind_that_there_is_not_is_unknown()
    {
        var rules = new FailureRules();

        Assert.Same(rules.Unknown, rules[(FailureKind)4711]);
    }
}
