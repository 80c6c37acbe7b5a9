using Microsoft.Extensions.AI;

namespace LlmResilience.Tests.Configuration;

/// <summary>An endpoint's options are its own: what changes them changes neither the defaults nor another endpoint's.</summary>
public sealed class EndpointIsolationTests
{
    private readonly EndpointOptions _defaults = new();
    private EndpointOptions? _endpoint;

    public EndpointIsolationTests()
    {
        _defaults.PrependFailureClassifier(new NoClassifier());
        _defaults.AddProgressDetector(_ => false);
        _defaults.ConfigurePipeline(_ => { });
    }

    [Fact]
    public void Endpoint_starts_with_every_value_of_the_defaults()
    {
        ChangeEverything(_defaults);

        Build();

        Assert.Equal(OptionsWalk.Values(_defaults), OptionsWalk.Values(_endpoint!));
        Assert.All(OptionsWalk.Lists(_defaults).Zip(OptionsWalk.Lists(_endpoint!)), pair => Assert.Equal(pair.First.List, pair.Second.List));
        Assert.NotEmpty(OptionsWalk.Lists(_defaults));
    }

    [Fact]
    public void Endpoint_shares_no_object_with_the_defaults()
    {
        Build();

        Assert.All(OptionsWalk.Groups(_defaults).Zip(OptionsWalk.Groups(_endpoint!)), pair =>
        {
            Assert.Equal(pair.First.Path, pair.Second.Path);
            Assert.NotSame(pair.First.Group, pair.Second.Group);
        });
        Assert.All(OptionsWalk.Lists(_defaults).Zip(OptionsWalk.Lists(_endpoint!)), pair => Assert.NotSame(pair.First.List, pair.Second.List));
    }

    [Fact]
    public void Changing_everything_of_one_endpoint_changes_neither_the_defaults_nor_another_endpoint()
    {
        var before = OptionsWalk.Values(_defaults).ToList();
        EndpointOptions? other = null;

        using var client = new FakeChatClient(Script.Answer("a")).WithLlmResilience(
            llm => llm
                .Configure(options => options.EndpointDefaults = _defaults)
                .AddEndpoint("other", new FakeChatClient(Script.Answer("b")), options => other = options),
            configureEndpoint: options => ChangeEverything(options));

        Assert.Equal(before, OptionsWalk.Values(_defaults));
        Assert.Equal(before, OptionsWalk.Values(other!));
        Assert.All(OptionsWalk.Lists(_defaults).Concat(OptionsWalk.Lists(other!)), list => Assert.Single(list.List.Cast<object>()));
    }

    [Fact]
    public void Defaults_changed_after_the_client_was_made_leave_it_alone()
    {
        Build();
        var before = OptionsWalk.Values(_endpoint!).ToList();

        ChangeEverything(_defaults);

        Assert.Equal(before, OptionsWalk.Values(_endpoint!));
    }

    private static void ChangeEverything(EndpointOptions options)
    {
        foreach (var (_, group) in OptionsWalk.Groups(options))
        {
            foreach (var property in group.GetType().GetProperties().Where(property => property.CanWrite && property.GetIndexParameters().Length == 0))
            {
                if (property.PropertyType.IsValueType || property.PropertyType == typeof(string))
                {
                    property.SetValue(group, Changed(property.Name, property.GetValue(group), property.PropertyType));
                }
            }
        }

        options.PrependFailureClassifier(new NoClassifier());
        options.AddProgressDetector(_ => false);
        options.ConfigurePipeline(_ => { });
    }

    // Stays within the rules, since a chain of wrong options is not built.
    private static object? Changed(string name, object? value, Type type) => value switch
    {
        bool flag => !flag,
        int number => number + 1,
        double number => number / 2,
        TimeSpan time => name == nameof(EndpointTimeouts.FirstTokenPerInputToken) ? TimeSpan.FromMilliseconds(1) : time + TimeSpan.FromMilliseconds(1),
        Enum => Enum.GetValuesAsUnderlyingType(type).Cast<object>().Select(underlying => Enum.ToObject(type, underlying)).Last(),
        string text => $"{text} changed",
        _ when type == typeof(string) => "changed",
        _ when type == typeof(int?) => 4097,
        _ when type == typeof(TimeSpan?) => TimeSpan.FromSeconds(1),
        _ => throw new NotSupportedException($"Say here how to change {name}, a {type}."),
    };

    private void Build()
    {
        using var client = new FakeChatClient(Script.Answer("a")).WithLlmResilience(
            llm => llm.Configure(options => options.EndpointDefaults = _defaults),
            configureEndpoint: options => _endpoint = options);
    }

    private sealed class NoClassifier : FailureClassifier
    {
        public override Failure? Classify(Exception exception, FailureClassifierContext context) => null;
    }
}
