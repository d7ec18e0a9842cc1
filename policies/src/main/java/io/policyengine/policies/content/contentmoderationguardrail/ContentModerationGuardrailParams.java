package io.policyengine.policies.content.contentmoderationguardrail;

import io.policyengine.core.params.Default;
import io.policyengine.core.params.Doc;
import io.policyengine.core.params.NonEmpty;
import io.policyengine.core.params.Pattern;
import io.policyengine.core.params.Range;
import io.policyengine.core.params.StringOrList;
import io.policyengine.policies.shared.denial.DenialFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Parameters of {@code contentModerationGuardrail}. */
@Doc("Checks what people and models write, and denies, masks or annotates it.")
record ContentModerationGuardrailParams(
        @Doc("The messages that are checked: those of the flow that the entry stands in.") @Nullable
        On on,

        @Doc(
                value = "The checks, of which each looks at every text of the body.",
                examples = "[{\"type\": \"prompt_injection\"}, {\"type\": \"secrets\", \"action\": \"mask\"}]")
        @NonEmpty
        List<Check> checks,

        @Doc("The fate of a message in which a check finds something, where the check does not say another.")
        @Default("\"deny\"")
        Action action,

        @Doc("Comes in place of what is found, with action mask.")
        @Default("\"***\"")
        @Pattern("^[^\\x00-\\x1f\\x7f]*$")
        String mask,

        @Doc("Bytes of a text that are judged together.") @Default("4096") @Range(min = 256, max = 65536)
        int windowBytes,

        @Doc(
                "Bytes of each window that the next one shows again: what is shorter than them is never judged in two halves only.")
        @Default("512")
        @Range(min = 64, max = 16384)
        int overlapBytes,

        @Doc(
                "The part of a body that waits for its verdict. none lets all pass at once and ends the body where something was found:"
                        + " what came before has leaked.")
        @Default("\"window\"")
        Hold hold,

        @Doc("Windows of an exchange that other servers are asked about at most. A message that has more is refused.")
        @Default("256")
        @Range(min = 1, max = 4096)
        int maxCalloutWindows,

        @Doc("Status of the answer to a request that is denied; a response that is denied becomes 502.")
        @Default("403")
        @Range(min = 400, max = 599)
        int status,

        @Doc(
                "Header field that names the checks that found something, with action annotate. What clients and upstreams send in it"
                        + " never passes.")
        @Default("\"X-Guardrail\"")
        @NonEmpty
        String header,

        @Doc("Form of the body of a denial.") @Default("\"json\"")
        DenialFormat denialFormat) {

    /** The messages that are checked. */
    enum On {
        /** Requests. */
        REQUEST,
        /** Responses. */
        RESPONSE
    }

    /** The fate of a message in which something is found. */
    enum Action {
        /** The message is denied. */
        DENY,
        /** The places that are found are replaced. */
        MASK,
        /** The message passes, with the verdict in metadata and a header field. */
        ANNOTATE
    }

    /** The part of a body that waits. */
    enum Hold {
        /** No buffering: earlier parts of the body have passed. */
        NONE,
        /** The window that is not judged yet. */
        WINDOW,
        /** All of it. */
        ALL
    }

    /** The kinds of checks. */
    @Doc("Kind of a check.")
    enum CheckType {
        /** Words. */
        WORDS,
        /** Patterns. */
        PATTERNS,
        /** Texts that are too long. */
        LENGTH,
        /** Links to hosts that are not listed. */
        URL_ALLOWLIST,
        /** Signs of prompt injection. */
        PROMPT_INJECTION,
        /** Keys, tokens and private keys. */
        SECRETS,
        /** A server that speaks OpenAI's moderations. */
        OPENAI_MODERATION,
        /** A webhook. */
        WEBHOOK
    }

    /** A check. Which of the parameters it takes depends on its type. */
    @Doc("A check.")
    record Check(
            @Doc("Kind of the check.") CheckType type,

            @Doc("The fate of a message in which it finds something; absent: that of the entry.") @Nullable
            Action action,

            @Doc(value = "With words: what is looked for, however it is spelled.", examples = "[\"project falcon\"]")
            @Nullable
            StringOrList words,

            @Doc(value = "With patterns: in RE2 syntax.", examples = "[\"\\\\bEMP-[0-9]{6}\\\\b\"]") @Nullable
            StringOrList patterns,

            @Doc("With length: most characters that a text may have.") @Nullable @Range(min = 1, max = 1_000_000_000)
            Integer maxCharacters,

            @Doc(
                    value = "With url_allowlist: hosts to which links may lead, and to all below them.",
                    examples = "[\"example.com\", \"*.docs.example.org\"]")
            @Nullable
            StringOrList allow,

            @Doc(
                    value = "With url_allowlist: schemes of links; absent: https, http and mailto.",
                    examples = "[\"https\"]")
            @Nullable
            StringOrList schemes,

            @Doc("With prompt_injection: score from which on a text is found; absent: 0.7.")
            @Nullable
            @Range(min = 0, max = 1)
            Double threshold,

            @Doc(
                    value = "With openai_moderation and webhook: a name of worker_core.targets, or a URL.",
                    examples = "\"https://api.openai.com/v1/moderations\"")
            @Nullable
            @NonEmpty
            String target,

            @Doc("With openai_moderation and webhook: path behind the target's URL; absent: that URL as it is.")
            @Nullable
            @NonEmpty
            String path,

            @Doc("With openai_moderation: model that the server uses; absent: its default.") @Nullable @NonEmpty
            String model,

            @Doc(
                    value =
                            "With openai_moderation: scores from which on a text is found, by category; absent: what the server flags.",
                    examples = "{\"violence\": 0.5, \"hate\": 0.3}")
            @Nullable
            Map<String, Double> categories,

            @Doc(
                    "With openai_moderation and webhook: fate of what the server gives no verdict about; absent: deny, with 503.")
            @Nullable
            OnError onError) {}

    /** The fate of what there is no verdict about. */
    @Doc("Fate of what a server gives no verdict about.")
    enum OnError {
        /** The message is denied with 503. */
        DENY,
        /** The message passes. */
        PASS
    }
}
