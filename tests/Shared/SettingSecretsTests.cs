namespace LlmResilience.Tests;

/// <summary>A message about a wrong setting, which is logged and mailed, shows what stands there only if it cannot be a key.</summary>
public class SettingSecretsTests
{
    [Theory]
    [InlineData("LLMRESILIENCE_NOT_SET")]
    [InlineData("LLMRESILIENCE_KEY_2")]
    [InlineData("_LLMRESILIENCE")]
    [InlineData("LLMRESILIENCEKEY")]
    public void The_name_of_a_variable_is_shown(string name)
        => Assert.Contains($"'{name}'", ApiKey.Describe(value: null, name, hasCredential: false, "E"), StringComparison.Ordinal);

    [Theory]
    [InlineData("sk-proj-Ab3dEf6hIj9kLm2nOp5q")]
    [InlineData("sk-ant-api03-secret")]
    [InlineData("sk_live_4eC39HqLyjWDarjtT1zdp7dc")]
    [InlineData("gsk_8f7a6b5c4d3e2f1a")]
    [InlineData("hf_AbCdEfGhIjKlMnOp")]
    [InlineData("AIzaSyD-9tSrke72PouQMnMX-a7eZSW0jkFMBWY")]
    [InlineData("AKIAIOSFODNN7EXAMPLE")]
    [InlineData("0f1e2d3c4b5a69788796a5b4c3d2e1f0")]
    [InlineData("KEY_9F8A7B6C5D4E3F2A1B0C")]
    [InlineData("4F9A")]
    [InlineData("secret")]
    public void A_key_in_the_place_of_a_variables_name_is_not_shown(string key)
    {
        var message = ApiKey.Describe(value: null, key, hasCredential: false, "E");

        Assert.StartsWith("E:ApiKeyEnvironmentVariable names something (not shown", message, StringComparison.Ordinal);
        Assert.DoesNotContain(key, message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("localhost")]
    [InlineData("localhost:8000/v1")]
    [InlineData("127.0.0.1:8000")]
    [InlineData("vllm:8000/v1")]
    [InlineData("api.example.com/v1")]
    [InlineData("my-resource.openai.azure.com/openai/v1/")]
    [InlineData("htps://api.example.com/v1")]
    [InlineData("ftp://x/v1")]
    public void What_looks_like_an_address_is_shown(string value)
        => Assert.Contains($"'{value}'", EndpointAddress.Describe(value, "E", "http://localhost"), StringComparison.Ordinal);

    [Theory]
    [InlineData("sk-proj-Ab3dEf6hIj9kLm2nOp5q")]
    [InlineData("sk-secret-value")]
    [InlineData("0f1e2d3c4b5a69788796a5b4c3d2e1f0.AbCdEfGhIjKlMnOp")]
    [InlineData("eyJhbGciOi.eyJzdWIiOi.SflKxwRJSM")]
    [InlineData("0f1e2d3c4b5a69788796a5b4c3d2e1f0")]
    [InlineData("api.example.com/v1?key=secret")]
    [InlineData("api.example.com/0f1e2d3c4b5a69788796a5b4c3d2e1f0")]
    [InlineData("me:secret@api.example.com")]
    public void A_key_in_the_place_of_an_address_is_not_shown(string value)
    {
        var message = EndpointAddress.Describe(value, "E", "http://localhost");

        Assert.Contains("'(not shown)'", message, StringComparison.Ordinal);
        Assert.DoesNotContain(value, message, StringComparison.Ordinal);
    }
}
