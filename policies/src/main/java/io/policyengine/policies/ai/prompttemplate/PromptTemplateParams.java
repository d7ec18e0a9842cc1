package io.policyengine.policies.ai.prompttemplate;

import io.policyengine.core.params.Default;
import io.policyengine.core.params.Doc;
import io.policyengine.core.params.NonEmpty;
import io.policyengine.core.params.Range;
import io.policyengine.policies.ai.shared.apierror.ApiDenialFormat;
import io.policyengine.policies.ai.shared.prompt.AddedRole;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

@Doc("Creates the prompts of requests from templates and values in the requests.")
record PromptTemplateParams(
        @Doc(
                value = "Templates by name.",
                examples =
                        "{\"summary\": {\"messages\": [{\"role\": \"user\", \"text\": \"Summarize in {{language}}: {{text}}\"}], \"variables\": {\"language\": {\"values\": [\"English\", \"German\"]}, \"text\": {\"max_chars\": 20000}}}}")
        @NonEmpty
        Map<String, PromptText> templates,

        @Doc("True to pass requests without a template unchanged; false to deny them.") @Default("false")
        boolean allowUntemplated,

        @Doc("Further body members that a request with a template may have. Members that describe tools or the form "
                + "of the response can hold instructions, like a prompt.")
        @Default(
                "[\"model\", \"stream\", \"stream_options\", \"temperature\", \"top_p\", \"top_k\", \"max_tokens\", \"max_completion_tokens\", \"max_output_tokens\", \"n\", \"seed\", \"stop\", \"stop_sequences\", \"user\", \"store\", \"service_tier\", \"generationConfig\", \"inferenceConfig\", \"anthropic_version\"]")
        List<String> members,

        @Doc(
                "Form of the body of a denial: provider is the error format of the request's interface, which client libraries understand.")
        @Default("\"provider\"")
        ApiDenialFormat denialFormat) {

    @Doc("A template: messages with placeholders for variables.")
    record PromptText(
            @Doc("Messages, in order; at least one must have a role other than system.") @NonEmpty
            List<Line> messages,

            @Doc("Variables used in the messages, by name.") @Default("{}")
            Map<String, Variable> variables) {}

    @Doc("A message of a template.")
    record Line(
            @Doc("Role of the message: user, assistant, or system for instructions, which are put "
                    + "where the interface expects them.")
            @Default("\"user\"")
            AddedRole role,

            @Doc(
                    value = "Text; {{NAME}} is replaced by the variable's value.",
                    examples = "\"Translate into {{language}}.\"")
            @NonEmpty
            String text) {}

    @Doc("A variable of a template, with the rules for its value.")
    record Variable(
            @Doc("Type of the value.") @Default("\"string\"")
            Type type,

            @Doc("Maximum number of characters of a string.") @Default("1000") @Range(min = 1, max = 1_000_000)
            int maxChars,

            @Doc(value = "Regular expression (RE2) that must match the whole string.", examples = "\"[A-Z]{2}[0-9]+\"")
            @Nullable
            String pattern,

            @Doc(value = "Permitted strings.", examples = "[\"English\", \"German\"]") @Nullable @NonEmpty
            List<String> values,

            @Doc("Minimum of a number.") @Nullable Double min,
            @Doc("Maximum of a number.") @Nullable Double max,

            @Doc("Value for requests without one. If absent, each request must have a value.") @Nullable
            JsonNode fallback) {}

    @Doc("Type of the value of a variable.")
    enum Type {
        STRING,
        /** A number without a fraction. */
        INTEGER,
        NUMBER,
        BOOLEAN
    }
}
