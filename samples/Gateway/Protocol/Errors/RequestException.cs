namespace Gateway.Protocol.Errors;

/// <summary>The gateway itself refuses the request.</summary>
internal sealed class RequestException(GatewayError error) : Exception(error.Message)
{
    private RequestException(int status, string message, string? code, string? parameter)
        : this(new GatewayError(status, message, "invalid_request_error", code, parameter))
    {
    }

    public GatewayError Error { get; } = error;

    public static RequestException Invalid(string message, string? parameter = null)
        => new(StatusCodes.Status400BadRequest, message, code: null, parameter);

    public static RequestException TooLarge(int mostBytes)
        => new(StatusCodes.Status413PayloadTooLarge, $"The body is larger than {mostBytes} bytes.", code: null, parameter: null);

    public static RequestException Busy()
        => new(new GatewayError(StatusCodes.Status503ServiceUnavailable, "The gateway serves as many requests as it may already.", "server_error", "gateway_busy") { RetryAfter = TimeSpan.FromSeconds(1) });

    public static RequestException UnknownModel(string model, string parameter)
        => new(StatusCodes.Status404NotFound, $"The model '{model}' does not exist.", "model_not_found", parameter);
}
