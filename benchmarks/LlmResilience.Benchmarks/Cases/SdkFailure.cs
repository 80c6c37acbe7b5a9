using System.ClientModel;
using System.ClientModel.Primitives;
using System.Net;
using LlmResilience.Failures;
using LlmResilience.OpenAI;
using LlmResilience.Requests;

namespace LlmResilience.Benchmarks.Cases;

/// <summary>What the OpenAI SDK throws when a provider answers 429, and what the library makes of it.</summary>
internal static class SdkFailure
{
    private static readonly FailureClassifierContext Context = new("primary", TimeProvider.System);
    private static readonly FailureClassifier[] Classifiers = [OpenAIFailureClassifier.Instance];

    public static Exception RateLimited()
    {
        using var http = new HttpClient(new Refusing());
        var pipeline = ClientPipeline.Create(new ClientPipelineOptions { Transport = new HttpClientPipelineTransport(http), RetryPolicy = new ClientRetryPolicy(0) });
        using var message = pipeline.CreateMessage();
        message.Request.Method = "GET";
        message.Request.Uri = new Uri("http://localhost/");
        pipeline.Send(message);
        return new ClientResultException(message.Response!);
    }

    public static FailureKind Classify(Exception exception) => FailureClassification.Classify(exception, Classifiers, Context).Kind;

    private sealed class Refusing : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => Task.FromResult(Send(request, cancellationToken));

        protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var response = new HttpResponseMessage(HttpStatusCode.TooManyRequests)
            {
                Content = new StringContent("""{"error":{"message":"Rate limit reached","type":"requests","code":"rate_limit_exceeded"}}"""),
            };
            response.Headers.Add("Retry-After", "7");
            return response;
        }
    }
}
