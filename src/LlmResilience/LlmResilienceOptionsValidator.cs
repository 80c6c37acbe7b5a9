using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace LlmResilience;

/// <summary>Checks a chain with all its endpoints when the host starts.</summary>
internal sealed class LlmResilienceOptionsValidator(IServiceProvider services) : IValidateOptions<LlmResilienceOptions>
{
    public ValidateOptionsResult Validate(string? name, LlmResilienceOptions options)
    {
        if (services.GetKeyedService<LlmResilienceBuilder>(name ?? Options.DefaultName) is not { } builder)
        {
            return ValidateOptionsResult.Skip;
        }

        var errors = builder.CreateBlueprint(options).Errors;
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }
}
