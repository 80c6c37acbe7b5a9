namespace Gateway.Protocol.Errors;

/// <summary>The gateway itself refuses the request.</summary>
internal sealed class RequestException(int status, string message, string? code, string? parameter) : Exception(message)
{
    public GatewayError Error { get; } = new(status, message, "invalid_request_error", code, parameter);

    public static RequestException Invalid(string message, string? parameter = null)
        => new(StatusCodes.Status400BadRequest, message, code: null, parameter);

    public static RequestException UnknownModel(string model, string parameter)
        => new(StatusCodes.Status404NotFound, $"The model '{model}' does not exist.", "model_not_found", parameter);
}
