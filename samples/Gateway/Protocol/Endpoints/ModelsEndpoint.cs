using Gateway.Models;

namespace Gateway.Protocol.Endpoints;

/// <summary><c>GET /v1/models</c>.</summary>
internal static class ModelsEndpoint
{
    public static async Task<IResult> HandleAsync(IModels models, CancellationToken cancellationToken)
    {
        var names = await models.ListAsync(cancellationToken);
        return Results.Json(new
        {
            @object = "list",
            data = names.Select(name => new { id = name, @object = "model", created = 0, owned_by = "gateway" }),
        });
    }
}
