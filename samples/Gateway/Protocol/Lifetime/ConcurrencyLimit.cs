using Gateway.Configuration;
using Gateway.Protocol.Errors;
using Microsoft.AspNetCore.RateLimiting;

namespace Gateway.Protocol.Lifetime;

/// <summary>Bounds how many requests, and so how many bodies, there are at a time. What is refused was not read.</summary>
internal static class ConcurrencyLimit
{
    public const string PolicyName = "requests";

    public static void AddConcurrencyLimit(this IServiceCollection services, GatewayOptions options)
        => services.AddRateLimiter(limiter =>
        {
            limiter.AddConcurrencyLimiter(PolicyName, limit => (limit.PermitLimit, limit.QueueLimit) = (options.MaxConcurrentRequests, 0));
            limiter.OnRejected = static (_, _) => throw RequestException.Busy();
        });
}
