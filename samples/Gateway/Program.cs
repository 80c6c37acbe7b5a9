using Gateway;
using Microsoft.Extensions.Options;

try
{
    await using var app = GatewayApp.Create(args);
    await app.RunAsync();
    return 0;
}
catch (OptionsValidationException wrong)
{
    await Console.Error.WriteLineAsync(string.Join(Environment.NewLine, wrong.Failures));
    return 2;
}
