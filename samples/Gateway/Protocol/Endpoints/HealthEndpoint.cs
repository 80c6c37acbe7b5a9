using System.Text.Json;
using System.Text.Json.Serialization;
using Gateway.Models;

namespace Gateway.Protocol.Endpoints;

/// <summary><c>GET /health</c>: every endpoint as the library sees it. The service itself is well if it answers.</summary>
internal static class HealthEndpoint
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter() } };

    public static IResult Handle(IModels models) => Results.Json(new { status = "ok", endpoints = models.GetEndpoints() }, Json);
}
