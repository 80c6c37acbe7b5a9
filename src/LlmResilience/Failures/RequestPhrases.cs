using static LlmResilience.FailureKind;
using static LlmResilience.Failures.PhraseTable;

namespace LlmResilience.Failures;

/// <summary>What this request brought about: it is too long, or its words are refused. No other request has a part in it.</summary>
internal static class RequestPhrases
{
    public static IReadOnlyList<PhraseRow> Rows { get; } =
    [
        .. From(ContextLengthExceeded, "OpenAI, vLLM, DeepSeek, OpenRouter", "badlogic/pi-mono packages/ai/src/utils/overflow.ts",
            "maximum context length is <n>", "maximum context length of <n>", "exceeds the context window", "please reduce the length of the messages",
            "please reduce the length of either one", "please reduce the length of the prompt", "input tokens exceed the configured limit of <n>", "reduce your prompt; or completion length"),
        .. From(ContextLengthExceeded, "vLLM", "vllm-project/vllm#4667",
            "longer than the maximum model length of <n>", "max_tokens must be at least <n>, got -<n>", "maximum model length of <n>", "maximum input length of <n>"),
        .. From(ContextLengthExceeded, "SGLang, Together, TGI", "badlogic/pi-mono packages/ai/src/utils/overflow.ts",
            "longer than the model's context length", "tokens + <q> must be <= <n>", "too large for model with <n> maximum context length", "exceeds maximum context length"),
        .. From(ContextLengthExceeded, "llama.cpp, LM Studio, Ollama", "ggml-org/llama.cpp#10920",
            "exceeds the available context size", "longer than the context length", "greater than the context length", "exceeds the context length"),
        .. From(ContextLengthExceeded, "Anthropic", "docker/docker-agent#569", "prompt is too long", "exceed context limit: <n>", "exceeds context limit"),
        .. From(ContextLengthExceeded, "Bedrock", "docs.aws.amazon.com/bedrock/latest/userguide/troubleshooting-api-error-codes.html",
            "input is too long for requested model", "too many input tokens", "expected maxlength: <n>"),
        .. From(ContextLengthExceeded, "Gemini", "ai.google.dev/gemini-api/docs/troubleshooting", "input token count (<n>) exceeds the maximum number of tokens", "input token count <*>exceeds the maximum number of tokens", "request payload size exceeds the limit"),
        .. From(ContextLengthExceeded, "xAI", "docs.x.ai/docs/key-information/debugging", "maximum prompt length is <n>"),
        .. From(ContextLengthExceeded, "DashScope", "agentscope-ai/QwenPaw#6255", "range of input length should be [<n>", "range of max_tokens should be"),
        .. From(ContextLengthExceeded, "Moonshot, Zhipu", "badlogic/pi-mono packages/ai/src/utils/overflow.ts",
            "exceeded model token limit", "input token length too long", "tokens in request more than max tokens allowed", "prompt 超长"),
        .. From(ContextLengthExceeded, "Mistral, Cohere, GitHub Models", "badlogic/pi-mono packages/ai/src/utils/overflow.ts",
            "prompt contains <n> tokens", "too many tokens: ", "request body too large for <*> model. max size: <n> tokens", "context window exceeded", "context length exceeded", "context_length_exceeded", "exceeds the model's context window", "exceeds the maximum context"),

        .. From(ContentFiltered, "Azure OpenAI", "learn.microsoft.com/azure/ai-foundry/openai/concepts/content-filter", "content management policy"),
        .. From(ContentFiltered, "OpenAI", "developers.openai.com/api/docs/guides/error-codes",
            "flagged as potentially violating our usage policy", "rejected as a result of our safety system", "rejected by the safety system"),
        .. From(ContentFiltered, "OpenRouter", "openrouter.ai/docs/api_reference/errors-and-debugging", "your input was flagged", "input was flagged for", "your prompt was flagged", "your request was flagged"),
        .. From(ContentFiltered, "Anthropic", "docs.anthropic.com/en/api/errors", "blocked by content filtering policy", "violates our usage policy", "violate our usage policy"),
        .. From(ContentFiltered, "DeepSeek", "api-docs.deepseek.com/quick_start/error_codes", "content exists risk"),
        .. From(ContentFiltered, "DashScope, Volcengine", "alibabacloud.com/help/en/model-studio/developer-reference/error-code",
            "may contain inappropriate content", "may contain sensitive information", "包含不安全或敏感内容"),
        .. From(ContentFiltered, "Moonshot", "platform.kimi.ai/docs/api/errors", "considered high risk", "because it was considered high risk"),
        .. From(ContentFiltered, "xAI", "docs.x.ai/docs/key-information/debugging", "content violates usage guidelines"),
        .. From(ContentFiltered, "Gemini", "ai.google.dev/gemini-api/docs/safety-settings", "blocked due to prohibited content", "prompt was blocked due to", "blocked by safety settings"),
        .. From(ContentFiltered, "Mistral, Cohere, Bedrock", "docs.cohere.com/reference/errors",
            "blocked input: please adjust your prompt", "blocked output: this generation may be a potential violation", "blocked by our content filters", "blocked by guardrail", "violates guardrail", "guardrail intervened"),
    ];
}
