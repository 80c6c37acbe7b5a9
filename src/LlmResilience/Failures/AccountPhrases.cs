using static LlmResilience.FailureKind;
using static LlmResilience.Failures.PhraseTable;

namespace LlmResilience.Failures;

/// <summary>What is wrong with the account: its key, its money, its place.</summary>
internal static class AccountPhrases
{
    public static IReadOnlyList<PhraseRow> Rows { get; } =
    [
        .. From(Unauthorized, "Gemini", "ai.google.dev/gemini-api/docs/troubleshooting",
            "api key not valid", "api key expired", "api key not found", "your api key was reported as leaked", "user location is not supported",
            "gemini api free tier is not available in your country"),
        .. From(Unauthorized, "OpenAI, xAI", "developers.openai.com/api/docs/guides/error-codes",
            "incorrect api key provided", "invalid api key provided", "you didn't provide an api key", "your account has been deactivated"),
        .. From(Unauthorized, "DeepSeek", "api-docs.deepseek.com/quick_start/error_codes", "authentication fails"),
        .. From(Unauthorized, "Groq", "console.groq.com/docs/errors", "organization has been restricted"),
        .. From(Unauthorized, "Anthropic", "docs.anthropic.com/en/api/errors", "this organization has been disabled", "invalid x-api-key"),
        .. From(Unauthorized, "Bedrock", "docs.aws.amazon.com/bedrock/latest/userguide/troubleshooting-api-error-codes.html",
            "the security token included in the request is", "access to anthropic models is not allowed from unsupported countries", "<*>is not allowed from unsupported countries"),
        .. From(Unauthorized, "SiliconFlow, relays", "docs.siliconflow.com/en/faqs/error-code",
            "api key is invalid", "invalid api key.", "token expired or incorrect", "无效的令牌", "该令牌"),

        .. From(QuotaExhausted, "Anthropic", "docs.anthropic.com/en/api/errors",
            "your credit balance is too low", "you have reached your specified api usage limits", "you have reached your api usage limits"),
        .. From(QuotaExhausted, "Gemini", "RooCodeInc/Roo-Code#3883",
            "your prepayment credits are depleted", "your billing account has exceeded its monthly spending cap", "your project has exceeded its monthly spending cap",
            "this api method requires billing to be enabled"),
        .. From(QuotaExhausted, "xAI", "docs.x.ai/docs/key-information/debugging",
            "your team <*> has either used all available credits or reached its monthly spending limit", "your newly created team doesn't have any credits"),
        .. From(QuotaExhausted, "OpenRouter", "openrouter.ai/docs/api_reference/errors-and-debugging", "key limit exceeded", "insufficient credits", "this request requires more credits"),
        .. From(QuotaExhausted, "OpenAI", "developers.openai.com/api/docs/guides/error-codes", "billing hard limit has been reached", "your account is not active, please check your billing details"),
        .. From(QuotaExhausted, "Groq", "console.groq.com/docs/errors", "organization has reached its spend limit"),
        .. From(QuotaExhausted, "DeepSeek", "666ghj/BettaFish#286", "insufficient balance"),
        .. From(QuotaExhausted, "Moonshot", "platform.kimi.ai/docs/api/errors", "you've reached your usage limit for this billing cycle", "your account <*> is suspended due to insufficient balance"),
        .. From(QuotaExhausted, "LiteLLM", "BerriAI/litellm#14144", "budget has been exceeded", "exceededbudget", "litellm user: <*>, exceeded budget"),
        .. From(QuotaExhausted, "Zhipu", "zhayujie/CowAgent#2910", "余额不足", "insufficient balance or no resource package"),
        .. From(QuotaExhausted, "Together, Hugging Face, Fireworks", "huggingface.co/docs/inference-providers/pricing",
            "credit limit exceeded", "you have exceeded your monthly included credits", "account <*> is suspended, possibly due to reaching the monthly spending limit"),
        .. From(QuotaExhausted, "SiliconFlow, relays", "docs.aihubmix.com/en/FAQs/HTTP-Codes",
            "sorry, your account balance is insufficient", "your account balance is insufficient", "your paid balance is insufficient", "用户额度不足", "用户剩余额度", "预扣费额度失败", "该令牌额度已用尽"),
    ];
}
