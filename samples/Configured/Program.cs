using LlmResilience;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

var builder = Host.CreateApplicationBuilder(args);
builder.Services.AddLlmResilience(builder.Configuration.GetSection("LlmResilience")).AddOpenAI();

using var host = builder.Build();
foreach (var endpoint in host.Services.GetRequiredService<LlmEndpoints>().GetSnapshots())
{
    Console.WriteLine($"{endpoint.Name} is {endpoint.State}");
}
