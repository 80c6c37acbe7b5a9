namespace LlmResilience;

/// <summary>The app's own way to choose among the available endpoints of one priority. Set by <see cref="LlmResilienceOptions.UseLoadBalancer"/>.</summary>
/// <remarks>
/// It is called for every request on the request's own thread, by many at a time, so it must be fast and safe for concurrent use. It is
/// called again for the same request, without the endpoints that were asked already, if one fails or does not take the request after all.
/// </remarks>
public interface ILoadBalancer
{
    /// <summary>Chooses one of the candidates.</summary>
    /// <param name="context">The candidates, at least one, in the order of their registration, and what is known of the request.</param>
    /// <returns>
    /// The candidate's place, from 0 to one less than <see cref="LoadBalancingContext.Count"/>. Anything else, or an exception, is logged
    /// once and means the first one.
    /// </returns>
    int Choose(LoadBalancingContext context);
}
