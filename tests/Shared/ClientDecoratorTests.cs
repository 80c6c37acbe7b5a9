using LlmResilience.TestUtils;

namespace LlmResilience.Tests;

/// <summary>What a decorator may do wrong; compiled into the tests of each provider package, as the code is into each package.</summary>
public class ClientDecoratorTests
{
    [Fact]
    public void A_decorator_that_returns_null_is_named_and_the_client_is_disposed()
    {
        using var client = new FakeChatClient();

        var exception = Assert.Throws<InvalidOperationException>(() => ClientDecorator.Decorate(client, _ => null!, "a"));

        Assert.Equal("The decorator of endpoint 'a' returned null.", exception.Message);
        Assert.True(client.IsDisposed);
    }

    [Fact]
    public void A_decorator_that_throws_leaves_no_client_behind()
    {
        using var client = new FakeChatClient();

        Assert.Throws<NotSupportedException>(() => ClientDecorator.Decorate(client, _ => throw new NotSupportedException(), "a"));

        Assert.True(client.IsDisposed);
    }
}
