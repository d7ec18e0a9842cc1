package io.policyengine.policies.content.contentmoderationguardrail;

import io.policyengine.core.params.Default;
import io.policyengine.core.params.Doc;
import io.policyengine.core.params.NonEmpty;
import io.policyengine.core.params.Pattern;
import io.policyengine.core.params.Range;
import io.policyengine.core.params.StringOrList;
import io.policyengine.policies.content.shared.entities.Entity;
import io.policyengine.policies.shared.denial.DenialFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Parameters of {@code contentModerationGuardrail}. */
@Doc("Checks the texts of people and models, and denies, masks or annotates messages with forbidden content.")
record ContentModerationGuardrailParams(
        @Doc("The messages that are checked: those of the flow that contains the entry.") @Nullable
        On on,

        @Doc(
                value = "The checks. Each of them examines every text of the body.",
                examples = "[{\"type\": \"prompt_injection\"}, {\"type\": \"secrets\", \"action\": \"mask\"}]")
        @NonEmpty
        List<Check> checks,

        @Doc("Action on a message with a finding, unless the check sets its own action.") @Default("\"deny\"")
        Action action,

        @Doc("Replacement for each finding if action is mask.") @Default("\"***\"") @Pattern("^[^\\x00-\\x1f\\x7f]*$")
        String mask,

        @Doc("Size in bytes of the windows in which a text is judged.") @Default("4096") @Range(min = 256, max = 65536)
        int windowBytes,

        @Doc("Bytes at the end of each window that the next window repeats, so that content of at most this size is "
                + "judged as a whole.")
        @Default("512")
        @Range(min = 64, max = 16384)
        int overlapBytes,

        @Doc("Part of a body that is held back until its verdict. With none, all content passes at once, and a "
                + "later finding can only end the body.")
        @Default("\"window\"")
        Hold hold,

        @Doc("Maximum number of windows of a message that other servers judge. A message with more windows is denied.")
        @Default("256")
        @Range(min = 1, max = 4096)
        int maxCalloutWindows,

        @Doc("Status of the response to a denied request; a denied response becomes 502.")
        @Default("403")
        @Range(min = 400, max = 599)
        int status,

        @Doc("With action annotate: header field that names the checks with findings. Values that clients and upstreams"
                + " send in this field are removed.")
        @Default("\"X-Guardrail\"")
        @NonEmpty
        String header,

        @Doc("Form of the body of a denial.") @Default("\"json\"")
        DenialFormat denialFormat) {

    /** The messages that are checked. */
    enum On {
        REQUEST,
        RESPONSE
    }

    /** The action on a message with a finding. */
    enum Action {
        DENY,
        MASK,
        /** The message passes. Its verdict is put into metadata and a header field. */
        ANNOTATE
    }

    /** The part of a body that is held back until its verdict. */
    enum Hold {
        /** Nothing is held back: octets pass before their verdict. */
        NONE,
        /** Windows of text are held back until they are judged. */
        WINDOW,
        ALL
    }

    @Doc("Kind of a check.")
    enum CheckType {
        WORDS,
        PATTERNS,
        LENGTH,
        /** Finds links to hosts that are not listed. */
        URL_ALLOWLIST,
        PROMPT_INJECTION,
        SECRETS,
        /** Finds personal data, as {@code piiRedaction} does. */
        PII,
        /** Requests verdicts from a server with OpenAI's moderations API. */
        OPENAI_MODERATION,
        WEBHOOK
    }

    /** A check. Its type determines which parameters apply. */
    @Doc("A check.")
    record Check(
            @Doc("Kind of the check.") CheckType type,

            @Doc("Action on a message with a finding; by default the action of the entry.") @Nullable
            Action action,

            @Doc(
                    value = "With words: words or phrases to find, including spellings with accents or look-alike "
                            + "letters.",
                    examples = "[\"project falcon\"]")
            @Nullable
            StringOrList words,

            @Doc(value = "With patterns: in RE2 syntax.", examples = "[\"\\\\bEMP-[0-9]{6}\\\\b\"]") @Nullable
            StringOrList patterns,

            @Doc("With length: maximum number of characters of a text.") @Nullable @Range(min = 1, max = 1_000_000_000)
            Integer maxCharacters,

            @Doc(
                    value = "With url_allowlist: hosts to which links may lead, with their subdomains.",
                    examples = "[\"example.com\", \"*.docs.example.org\"]")
            @Nullable
            StringOrList allow,

            @Doc(
                    value = "With url_allowlist: schemes of links; by default https, http and mailto.",
                    examples = "[\"https\"]")
            @Nullable
            StringOrList schemes,

            @Doc("With prompt_injection: minimum score of a finding; by default 0.7.")
            @Nullable
            @Range(min = 0, max = 1)
            Double threshold,

            @Doc(
                    value =
                            "With pii: kinds to find; by default all but the secrets api_key, jwt, private_key and aws_key.",
                    examples = "[\"email\", \"credit_card\"]")
            @Nullable
            @NonEmpty
            List<Entity> entities,

            @Doc(
                    value = "With openai_moderation and webhook: a name of worker_core.targets, or a URL.",
                    examples = "\"https://api.openai.com/v1/moderations\"")
            @Nullable
            @NonEmpty
            String target,

            @Doc(
                    "With openai_moderation and webhook: path to append to the target's URL; by default nothing is appended.")
            @Nullable
            @NonEmpty
            String path,

            @Doc("With openai_moderation: model that the server uses; by default the server's own choice.")
            @Nullable
            @NonEmpty
            String model,

            @Doc(
                    value =
                            "With openai_moderation: minimum scores of findings, by category; by default whatever the server flags.",
                    examples = "{\"violence\": 0.5, \"hate\": 0.3}")
            @Nullable
            Map<String, Double> categories,

            @Doc(
                    "With openai_moderation and webhook: outcome for content without a verdict; by default deny, with 503.")
            @Nullable
            OnError onError) {}

    /** The outcome for content without a verdict. */
    @Doc("Outcome for content without a verdict.")
    enum OnError {
        /** The message is denied with 503. */
        DENY,
        PASS
    }
}
