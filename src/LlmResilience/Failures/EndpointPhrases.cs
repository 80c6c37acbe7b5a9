using static LlmResilience.FailureKind;
using static LlmResilience.Failures.PhraseTable;

namespace LlmResilience.Failures;

/// <summary>What this endpoint has not, cannot do, or has no room for; another may.</summary>
internal static class EndpointPhrases
{
    public static IReadOnlyList<PhraseRow> Rows { get; } =
    [
        // Of the request, though the status speaks of something missing.
        .. From(InvalidRequest, "OpenAI, Anthropic", "maximhq/bifrost core/failureclass_test.go",
            "no such file object", "no such <*> object:", "no file found with id", "file not found: file", "previous response with id", "conversation with id", "no response found with id",
            "response with id", "item with id", "container with id", "vector store with id", "no vector store found", "no thread found with id", "no assistant found with id", "no conversation found"),

        .. From(NotFound, "OpenAI, Groq, vLLM, xAI", "developers.openai.com/api/docs/guides/error-codes",
            "the model <q> does not exist", "the requested model <q> does not exist", "the model <*> does not exist or you", "the model <*> does not exist or your team", "the model <q> has been deprecated",
            "the model <q> has been decommissioned", "the requested model <q> is not supported by any provider"),
        .. From(NotFound, "OpenRouter", "openrouter.ai/docs/api_reference/errors-and-debugging", "<*> is not a valid model id", "no endpoints found matching your data policy", "no allowed providers are available for the selected model"),
        .. From(NotFound, "DeepSeek, SiliconFlow", "api-docs.deepseek.com/quick_start/error_codes", "model not exist", "model does not exist", "model disabled", "the model is not found"),
        .. From(NotFound, "Mistral, LiteLLM", "BerriAI/litellm#3142", "invalid model: ", "invalid model name passed in model="),
        .. From(NotFound, "Gemini", "ai.google.dev/gemini-api/docs/troubleshooting", "<*> is not found for api version"),
        .. From(NotFound, "Moonshot", "platform.kimi.ai/docs/api/errors", "not found the model "),
        .. From(NotFound, "Together", "docs.together.ai/docs/error-codes", "unable to access non-serverless model", "unable to access model"),
        .. From(NotFound, "Ollama", "ollama/ollama server/routes.go", "model <q> not found", "model <q> is not found"),
        .. From(NotFound, "Bedrock", "docs.aws.amazon.com/bedrock/latest/userguide/troubleshooting-api-error-codes.html",
            "the provided model identifier is invalid", "this model version has reached the end of its life", "invocation of model id <*> with on-demand throughput isn",
            "invocation of model id <*> with on-demand throughput is not supported", "you don't have access to the model with the specified model id", "could not resolve the foundation model"),
        .. From(NotFound, "Zhipu, relays", "docs.bigmodel.cn/cn/api/api-code", "模型不存在", "当前分组 <*> 无可用渠道", "no available channel for model", "无可用渠道"),

        .. From(NotSupported, "OpenAI", "developers.openai.com/api/docs/guides/error-codes",
            "unsupported parameter", "unsupported value", "unrecognized request argument", "not supported with this model", "not supported by this model", "not supported for this model",
            "unknown parameter: ", "content blocks are expected to be either text or", "is only supported in", "not compatible with"),
        .. From(NotSupported, "Azure OpenAI", "learn.microsoft.com/azure/ai-foundry/openai/reference", "operation does not work with the specified model"),
        .. From(NotSupported, "OpenRouter", "evalstate/fast-agent#122, zed-industries/zed#36094", "no endpoints found that support", "no endpoints found that can handle"),
        .. From(NotSupported, "DeepSeek", "api-docs.deepseek.com/guides/thinking_mode", "unknown variant <q>, expected", "in the thinking mode must be passed back", "must be passed back to the api", "does not support this tool_choice"),
        .. From(NotSupported, "Moonshot", "platform.kimi.ai/docs/api/errors", "reasoning_content is missing", "is incompatible with thinking enabled", "is not supported when thinking"),
        .. From(NotSupported, "DashScope", "alibabacloud.com/help/en/model-studio/developer-reference/error-code",
            "only support stream mode", "only supports stream mode", "must be set to false for non-streaming calls", "please enable the stream parameter", "does not support http call"),
        .. From(NotSupported, "Gemini", "ai.google.dev/gemini-api/docs/thought-signatures",
            "unknown name <q>", "is missing a thought_signature", "corrupted thought signature", "thought signature is not valid", "is not enabled for", "produces a constraint that has too many states", "schema is too complex"),
        .. From(NotSupported, "xAI", "docs.x.ai/docs/key-information/debugging", "argument not supported on this model"),
        .. From(NotSupported, "Groq", "pydantic/pydantic-ai tests/models/cassettes/test_groq", "failed to call a function", "failed to generate json", "model did not call a tool", "failed to parse tool call"),
        .. From(NotSupported, "Mistral", "dnakov/anon-kode#53", "extra inputs are not permitted", "tool call id was <*> but must be", "tool_choice <*> is not supported"),
        .. From(NotSupported, "vLLM, SGLang", "vllm-project/vllm#4667",
            "is not a multimodal model", "tool choice requires --", "requires --enable", "conversation roles must alternate", "only user and assistant roles are supported", "system role not supported", "at most <n> image", "chat template"),
        .. From(NotSupported, "llama.cpp", "ggml-org/llama.cpp#13566, ggml-org/llama.cpp#10920",
            "input is not supported", "unsupported param: ", "param requires --", "requires --jinja", "failed to parse grammar", "is not supported by this server", "this server does not support", "json schema conversion failed"),
        .. From(NotSupported, "Ollama", "ollama/ollama server/routes.go", "does not support "),
        .. From(NotSupported, "Bedrock", "docs.aws.amazon.com/bedrock/latest/userguide/troubleshooting-api-error-codes.html", "doesn't support the", "doesn't support "),
        .. From(NotSupported, "LiteLLM", "BerriAI/litellm#3142", "to drop these, set "),
        .. From(NotSupported, "Anthropic", "docs.anthropic.com/en/api/errors",
            "image exceeds <n> mb maximum", "image exceeds the maximum", "image dimensions exceed", "too many images", "invalid <q> in <q> block", "extra inputs are not permitted", "a maximum of <n> pdf pages"),
        .. From(NotSupported, "any", "the common wording",
            "is not supported for ", "is not supported by ", "is not supported on ", "is not supported with ", "is not supported in this ", "are not supported by ", "are not supported for ", "is not supported.", "are not supported.",
            "not supported by the model", "not supported by this endpoint", "is not supported yet", "is not available for this model", "is unsupported", "is not permitted in schema", "is not implemented", "不支持"),

        .. From(RateLimited, "DashScope, relays", "alibabacloud.com/help/en/model-studio/developer-reference/error-code", "request rate increased too quickly", "requests rate limit exceeded", "rate limit exceeded", "rate limit reached for"),
        .. From(RateLimited, "Bedrock", "docs.aws.amazon.com/bedrock/latest/userguide/troubleshooting-api-error-codes.html", "too many requests, please wait", "too many tokens, please wait", "too many tokens per day, please wait"),
        .. From(Overloaded, "OpenAI, Gemini, Moonshot", "platform.kimi.ai/docs/api/errors",
            "the engine is currently overloaded", "the model is overloaded", "model is overloaded", "the server is currently overloaded", "that model is currently overloaded", "the model is currently overloaded",
            "the system is currently overloaded", "our servers are currently overloaded", "the model is currently at capacity", "model service overloaded", "we are currently experiencing high demand", "this model is currently experiencing high demand"),
        .. From(Overloaded, "Ollama", "ollama/ollama server/sched.go", "server busy, please try again"),
        .. From(Overloaded, "Hugging Face, llama.cpp", "huggingface.co/docs/text-generation-inference", "loading model", "model <*> is currently loading", "no healthy upstream"),
    ];
}
