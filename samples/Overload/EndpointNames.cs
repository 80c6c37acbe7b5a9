namespace Overload;

/// <summary>The endpoints' names in <c>appsettings.json</c>.</summary>
internal static class EndpointNames
{
    public const string SelfHosted = "self-hosted";

    public const string Hosted = "hosted";
}
