using Microsoft.AspNetCore.Http;

namespace LlmResilience.Testing;

/// <summary>Serves <c>POST /v1/chat/completions</c>, and books how each request ended.</summary>
internal sealed class ChatCompletions(SimulatedOpenAIServerOptions options, SimulatedFaults faults, StatisticsRecorder statistics)
{
    private readonly AnswerSource _answers = new(options);

    /// <param name="http">The request.</param>
    /// <param name="gpu">The GPU of the server's current life.</param>
    /// <param name="crash">Called when the GPU has crashed under this request.</param>
    public async Task HandleAsync(HttpContext http, SimulatedGpu gpu, Action crash)
    {
        var number = statistics.RequestStarted();
        var outcome = RequestOutcome.Failed;
        try
        {
            var verdict = await AnswerAsync(http, number, gpu, crash).ConfigureAwait(false);
            outcome = verdict == FaultVerdict.Continue ? RequestOutcome.Completed : RequestOutcome.Failed;
            await ConnectionEnd.ApplyAsync(http, verdict).ConfigureAwait(false);
        }
        catch (InvalidChatRequestException e)
        {
            await e.Error.WriteAsync(http, StatusCodes.Status400BadRequest).ConfigureAwait(false);
        }
        catch (BadHttpRequestException e) when (e.StatusCode != StatusCodes.Status400BadRequest)
        {
            await new OpenAIError(e.Message).WriteAsync(http, e.StatusCode).ConfigureAwait(false);
        }
        catch (SimulatedCrashException)
        {
            http.Abort();
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // Among them Kestrel's status 400: the app left while it was still sending its request.
            outcome = gpu.HasCrashed ? RequestOutcome.Failed : RequestOutcome.Aborted;
        }
        finally
        {
            statistics.RequestEnded(outcome);
        }
    }

    private async Task<FaultVerdict> AnswerAsync(HttpContext http, long number, SimulatedGpu gpu, Action crash)
    {
        var fault = faults.Take();
        var body = new ResponseBody(http.Response, fault?.Shape.IsByteByByte ?? false);
        var context = new OpenAIFaultContext(http, body, options.TimeProvider);
        var gate = new FaultGate(fault, context);
        var request = await ChatRequestReader.ReadAsync(http.Request.Body, options, http.RequestAborted).ConfigureAwait(false);
        request = request with { PromptTokens = options.TokensPerPrompt ?? request.PromptTokens };

        var verdict = await gate.OnRequestAsync().ConfigureAwait(false);
        if (verdict != FaultVerdict.Continue)
        {
            return verdict;
        }

        var answer = _answers.Next(request);
        if (!gpu.TrySubmit(request.PromptTokens, answer.Tokens, out var sequence))
        {
            crash();
            return FaultVerdict.Reset;
        }

        using (sequence)
        {
            var head = new ChatResponseHead(number, options.ModelId, options.TimeProvider.GetUtcNow());
            var exchange = new ChatExchange(http, request, answer, head, sequence, body, context, gate, options.Dialect);
            return await (request.Stream ? StreamingResponse.WriteAsync(exchange) : WholeResponse.WriteAsync(exchange)).ConfigureAwait(false);
        }
    }
}
