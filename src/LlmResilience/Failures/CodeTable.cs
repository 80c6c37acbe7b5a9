using static LlmResilience.FailureKind;

namespace LlmResilience.Failures;

/// <summary>Codes, types and reasons that providers put into their errors. What is known of a provider stands here and nowhere else.</summary>
internal static class CodeTable
{
    /// <summary>Codes that name a cause: they count whatever the status is.</summary>
    public static IReadOnlyList<CodeRow> CauseRows { get; } =
    [
        .. From("OpenAI", "developers.openai.com/api/docs/guides/error-codes", [
            ("insufficient_quota", QuotaExhausted), ("billing_hard_limit_reached", QuotaExhausted), ("billing_not_active", QuotaExhausted),
            ("invalid_api_key", Unauthorized), ("account_deactivated", Unauthorized), ("invalid_organization", Unauthorized),
            ("unsupported_country_region_territory", Unauthorized), ("ip_not_authorized", Unauthorized), ("mismatched_organization", Unauthorized),
            ("model_not_found", NotFound), ("context_length_exceeded", ContextLengthExceeded),
            ("content_policy_violation", ContentFiltered), ("content_filter", ContentFiltered), ("invalid_prompt", ContentFiltered),
            ("moderation_blocked", ContentFiltered), ("unsupported_parameter", NotSupported), ("unsupported_value", NotSupported),
            ("previous_response_not_found", InvalidRequest), ("server_is_overloaded", Overloaded), ("usage_limit_reached", RateLimited),
        ]),
        .. From("Azure OpenAI", "learn.microsoft.com/azure/ai-foundry/openai/concepts/content-filter", [
            ("DeploymentNotFound", NotFound), ("ModelDeprecated", NotFound), ("ServiceModelDeprecating", NotFound), ("ServiceModelDeprecated", NotFound),
            ("ResponsibleAIPolicyViolation", ContentFiltered), ("OperationNotSupported", NotSupported), ("RateLimitReached", RateLimited),
            ("NoCapacity", Overloaded),
        ]),
        .. From("GitHub Models", "docs.github.com/github-models", [
            ("tokens_limit_reached", ContextLengthExceeded), ("unknown_model", NotFound), ("unavailable_model", NotFound), ("no_access", Unauthorized),
        ]),
        .. From("GitHub Copilot, Hugging Face", "huggingface.co/docs/inference-providers", [("model_not_supported", NotFound)]),
        .. From("OpenRouter", "openrouter.ai/docs/api_reference/errors-and-debugging", [("openrouter_in_flight_budget", RateLimited)]),
        .. From("DashScope", "alibabacloud.com/help/en/model-studio/developer-reference/error-code", [
            ("data_inspection_failed", ContentFiltered), ("Arrearage", QuotaExhausted), ("AllocationQuota.FreeTierOnly", QuotaExhausted),
            ("limit_requests", RateLimited), ("limit_burst_rate", RateLimited), ("limit_tokens", RateLimited), ("Throttling*", RateLimited),
            ("Model.AccessDenied", Unauthorized), ("AccessDenied.Unpurchased", Unauthorized),
        ]),
        .. From("Moonshot", "platform.kimi.ai/docs/api/errors", [
            ("exceeded_current_quota_error", QuotaExhausted), ("access_terminated_error", QuotaExhausted), ("engine_overloaded_error", Overloaded),
            ("invalid_authentication_error", Unauthorized), ("incorrect_api_key_error", Unauthorized), ("rate_limit_reached_error", RateLimited),
        ]),
        .. From("Zhipu", "docs.bigmodel.cn/cn/api/api-code", [
            ("1000", Unauthorized), ("1001", Unauthorized), ("1002", Unauthorized), ("1003", Unauthorized), ("1004", Unauthorized), ("1005", Unauthorized),
            ("1110", Unauthorized), ("1111", Unauthorized), ("1112", Unauthorized), ("1113", QuotaExhausted), ("1309", QuotaExhausted),
            ("1211", NotFound), ("1221", NotFound), ("1222", NotFound), ("1220", Unauthorized), ("1311", NotFound), ("1212", NotSupported),
            ("1261", ContextLengthExceeded), ("1301", ContentFiltered), ("1302", RateLimited), ("1303", RateLimited), ("1304", RateLimited),
            ("1308", RateLimited), ("1310", RateLimited), ("1313", RateLimited), ("1305", Overloaded), ("1312", Overloaded), ("1234", ServerError),
        ]),
        .. From("Gemini", "ai.google.dev/gemini-api/docs/troubleshooting", [
            ("API_KEY_*", Unauthorized), ("ACCESS_TOKEN_*", Unauthorized), ("CONSUMER_INVALID", Unauthorized), ("SERVICE_DISABLED", Unauthorized),
            ("BILLING_DISABLED", QuotaExhausted), ("MODEL_CAPACITY_EXHAUSTED", Overloaded), ("PROHIBITED_CONTENT", ContentFiltered),
        ]),
        .. From("Groq", "console.groq.com/docs/errors", [
            ("model_decommissioned", NotFound), ("model_terms_required", Unauthorized), ("model_permission_blocked_*", Unauthorized),
            ("organization_restricted", Unauthorized), ("blocked_api_access", QuotaExhausted), ("capacity_exceeded", Overloaded),
            ("tool_use_failed", NotSupported), ("json_validate_failed", NotSupported), ("request_too_large", ContextLengthExceeded),
        ]),
        .. From("Mistral", "BerriAI/litellm#25078", [
            ("rate_limited", RateLimited), ("service_tier_capacity_exceeded", RateLimited), ("invalid_model", NotFound), ("1500", NotFound),
            ("3280", NotSupported), ("extra_forbidden", NotSupported), ("guardrail*", ContentFiltered),
        ]),
        .. From("Together", "docs.together.ai/docs/error-codes", [("credit_limit", QuotaExhausted), ("model_not_available", NotFound)]),
        .. From("llama.cpp", "ggml-org/llama.cpp#10920", [("exceed_context_size_error", ContextLengthExceeded), ("not_supported_error", NotSupported)]),
        .. From("LiteLLM", "BerriAI/litellm#14144, BerriAI/litellm#36729", [
            ("budget_exceeded", QuotaExhausted), ("BudgetExceededError", QuotaExhausted), ("token_not_found_in_db", Unauthorized),
            ("expired_key", Unauthorized), ("ContextWindowExceededError", ContextLengthExceeded), ("ContentPolicyViolationError", ContentFiltered),
            ("UnsupportedParamsError", NotSupported),
        ]),
        .. From("Anthropic", "docs.anthropic.com/en/api/errors", [("billing_error", QuotaExhausted), ("overloaded_error", Overloaded), ("model_not_enabled", Unauthorized)]),
        .. From("Bedrock", "docs.aws.amazon.com/bedrock/latest/userguide/troubleshooting-api-error-codes.html", [
            ("ModelNotReadyException", Overloaded), ("ServiceQuotaExceededException", RateLimited), ("ExpiredTokenException", Unauthorized),
            ("UnrecognizedClientException", Unauthorized), ("InvalidSignatureException", Unauthorized), ("InvalidClientTokenId", Unauthorized),
            ("IncompleteSignature", Unauthorized), ("MissingAuthenticationTokenException", Unauthorized), ("ModelErrorException", ServerError),
            ("ModelTimeoutException", ServerError),
        ]),
        .. From("Volcengine", "volcengine.com/docs/82379/1299023", [
            ("*SensitiveContentDetected*", ContentFiltered), ("*Overdue*", QuotaExhausted), ("ServerOverloaded", Overloaded), ("ModelNotOpen", NotFound),
            ("InvalidEndpointOrModel*", NotFound), ("InvalidEndpoint*", NotFound), ("OperationDenied.ServiceNotOpen", NotFound), ("UnsupportedModel", NotFound),
            ("ModelLoadingError", Overloaded), ("RequestBurstTooFast", RateLimited),
        ]),
        .. From("SiliconFlow", "docs.siliconflow.com/en/faqs/error-code", [("20012", NotFound), ("30001", QuotaExhausted), ("30003", NotFound), ("50505", Overloaded)]),
        .. From("MiniMax", "platform.minimax.io/docs/api-reference/errorcode", [
            ("minimax1002", RateLimited), ("minimax1004", Unauthorized), ("minimax2049", Unauthorized), ("minimax1008", QuotaExhausted),
            ("minimax1026", ContentFiltered), ("minimax1027", ContentFiltered), ("minimax2013", InvalidRequest),
        ]),
        .. From("Hugging Face, TGI", "huggingface.co/docs/text-generation-inference", [("overloaded", Overloaded), ("generation", ServerError), ("incomplete_generation", ServerError)]),
        .. From("DeepSeek", "api-docs.deepseek.com/api/create-chat-completion", [("insufficient_system_resource", Overloaded)]),
        .. From("relays (one-api, new-api)", "docs.aihubmix.com/en/FAQs/HTTP-Codes", [
            ("insufficient_user_quota", QuotaExhausted), ("pre_consume_token_quota_failed", QuotaExhausted), ("sensitive_words_detected", ContentFiltered),
            ("prompt_blocked", ContentFiltered), ("prompt_too_long", ContextLengthExceeded), ("invalid_token", Unauthorized), ("get_channel_failed", NotFound),
        ]),
        .. From("Jiekou", "docs.jiekou.ai/en/docs/models/reference-error-code", [
            ("NOT_ENOUGH_BALANCE", QuotaExhausted), ("FAILED_TO_AUTH", Unauthorized), ("ACCESS_DENY", Unauthorized), ("SERVICE_NOT_AVAILABLE", Overloaded),
        ]),
        .. From("UCloud", "UCloudDoc-Team/modelverse api_doc/common/error-code.md", [
            ("tokens_too_long", ContextLengthExceeded), ("sensitive_check_error", ContentFiltered), ("auth_error", Unauthorized),
        ]),

        // How a server that nobody has seen yet would most likely spell it.
        .. From("any", "the common spellings", [
            ("*insufficient*quota", QuotaExhausted), ("*insufficient*balance*", QuotaExhausted), ("*insufficient*credit*", QuotaExhausted),
            ("*insufficient*fund*", QuotaExhausted), ("*balance*insufficient*", QuotaExhausted), ("*not_enough_credit*", QuotaExhausted),
            ("*out_of_credit*", QuotaExhausted), ("*credit*exhausted*", QuotaExhausted), ("*payment_required*", QuotaExhausted), ("*spend*limit*", QuotaExhausted),
            ("*budget*exceeded*", QuotaExhausted), ("*invalid*api_key*", Unauthorized), ("*api_key*invalid*", Unauthorized), ("*missing*api_key*", Unauthorized),
            ("*api_key*expired*", Unauthorized), ("*model*not_found*", NotFound), ("*model*not_exist*", NotFound), ("*unknown_model*", NotFound),
            ("*model*deprecated*", NotFound), ("*model*decommissioned*", NotFound), ("*model*retired*", NotFound), ("*deployment*not_found*", NotFound),
            ("*context*length*exceed*", ContextLengthExceeded), ("*context*window*exceed*", ContextLengthExceeded), ("*exceed*context*", ContextLengthExceeded),
            ("*context*too_long*", ContextLengthExceeded), ("*prompt*too_long*", ContextLengthExceeded), ("*input*too_long*", ContextLengthExceeded),
            ("*content_filter*", ContentFiltered), ("*content_policy*", ContentFiltered),
            ("*content_moderation*", ContentFiltered), ("*moderation*", ContentFiltered), ("*sensitive*content*", ContentFiltered), ("*safety*", ContentFiltered),
            ("*policy_violation*", ContentFiltered), ("*overloaded*", Overloaded),
            ("unsupported_*", NotSupported), ("*_not_supported", NotSupported), ("*_unsupported", NotSupported), ("not_implemented", NotSupported),
        ]),
    ];

    /// <summary>Types that name a class of causes: they count where the status says less.</summary>
    public static IReadOnlyList<CodeRow> ClassRows { get; } =
    [
        .. From("OpenAI", "developers.openai.com/api/docs/guides/error-codes", [
            ("rate_limit_exceeded", RateLimited), ("tokens", RateLimited), ("requests", RateLimited), ("invalid_request_error", InvalidRequest),
            ("server_error", ServerError), ("service_unavailable", Overloaded), ("request_forbidden", Unauthorized), ("slow_down", Overloaded),
        ]),
        .. From("Anthropic", "docs.anthropic.com/en/api/errors", [
            ("rate_limit_error", RateLimited), ("authentication_error", Unauthorized), ("permission_error", Unauthorized), ("not_found_error", NotFound),
            ("api_error", ServerError), ("timeout_error", ServerError),
        ]),
        .. From("Gemini, xAI", "cloud.google.com/apis/design/errors", [
            ("RESOURCE_EXHAUSTED", RateLimited), ("Some resource has been exhausted", RateLimited), ("UNAUTHENTICATED", Unauthorized),
            ("PERMISSION_DENIED", Unauthorized), ("The caller does not have permission to execute the specified operation", Unauthorized),
            ("NOT_FOUND", NotFound), ("Some requested entity was not found", NotFound), ("UNAVAILABLE", Overloaded),
            ("The service is currently unavailable", Overloaded), ("UNIMPLEMENTED", NotSupported), ("INVALID_ARGUMENT", InvalidRequest),
            ("Client specified an invalid argument", InvalidRequest), ("FAILED_PRECONDITION", InvalidRequest), ("INTERNAL", ServerError),
            ("DEADLINE_EXCEEDED", ServerError), ("ABORTED", ServerError),
        ]),
        .. From("Moonshot", "platform.kimi.ai/docs/api/errors", [("resource_not_found_error", NotFound), ("permission_denied_error", Unauthorized)]),
        .. From("vLLM, SGLang, LiteLLM", "jasonacox/TinyLLM#17", [
            ("BadRequestError", InvalidRequest), ("NotFoundError", NotFound), ("AuthenticationError", Unauthorized), ("PermissionDeniedError", Unauthorized),
            ("RateLimitError", RateLimited), ("ServiceUnavailableError", Overloaded), ("InternalServerError", ServerError), ("APIConnectionError", ServerError),
            ("Timeout", ServerError),
        ]),
        .. From("Bedrock", "docs.aws.amazon.com/bedrock/latest/userguide/troubleshooting-api-error-codes.html", [
            ("ThrottlingException", RateLimited), ("AccessDeniedException", Unauthorized), ("ResourceNotFoundException", NotFound),
            ("ValidationException", InvalidRequest), ("ServiceUnavailableException", Overloaded), ("InternalServerException", ServerError),
            ("ModelStreamErrorException", ServerError),
        ]),
        .. From("any", "the common spellings", [
            ("unauthorized", Unauthorized), ("forbidden", Unauthorized), ("access_denied", Unauthorized), ("*authentication*", Unauthorized),
            ("*throttl*", RateLimited), ("*rate_limit*", RateLimited), ("*too_many_requests*", RateLimited), ("quota_exceeded", RateLimited), ("*bad_request*", InvalidRequest), ("*invalid_param*", InvalidRequest), ("invalid_request*", InvalidRequest),
            ("invalid_parameter*", InvalidRequest), ("missing_param*", InvalidRequest), ("*validation*", InvalidRequest), ("*server_error*", ServerError),
            ("*internal*", ServerError), ("bad_gateway", ServerError), ("gateway_timeout", ServerError),
        ]),
    ];

    public static CodeLookup Causes { get; } = new(CauseRows);

    public static CodeLookup Classes { get; } = new(ClassRows);

    private static IEnumerable<CodeRow> From(string provider, string source, (string Code, FailureKind Kind)[] rows)
        => rows.Select(row => new CodeRow(row.Code, row.Kind, provider, source));
}
