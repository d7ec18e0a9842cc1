package io.policyengine.policies.ai.promptdecorator;

import io.policyengine.core.params.Default;
import io.policyengine.core.params.Doc;
import io.policyengine.core.params.NonEmpty;
import io.policyengine.core.params.Range;
import io.policyengine.policies.ai.shared.apierror.ApiDenialFormat;
import io.policyengine.policies.ai.shared.prompt.AddedRole;
import java.util.List;

@Doc("Adds messages to the prompts of requests for models.")
record PromptDecoratorParams(
        @Doc(
                value = "Messages to add before the prompt, in order.",
                examples = "[{\"role\": \"system\", \"text\": \"You answer for the support of Example Ltd.\"}]")
        @Default("[]")
        List<Addition> prepend,

        @Doc(
                value = "Messages to add after the prompt, in order.",
                examples = "[{\"role\": \"system\", \"text\": \"Never tell prices.\"}]")
        @Default("[]")
        List<Addition> append,

        @Doc("Treatment of a request for an unknown interface, or without a body: deny, or pass unchanged.")
        @Default("\"deny\"")
        Unknown onUnknown,

        @Doc("Maximum size of an inserted value in bytes; a request with a larger one is denied.")
        @Default("1024")
        @Range(min = 1, max = 65_536)
        int maxValueBytes,

        @Doc(
                "Form of the body of a denial: provider is the error format of the request's interface, which client libraries understand.")
        @Default("\"provider\"")
        ApiDenialFormat denialFormat) {

    @Doc("Treatment of a request without a known prompt.")
    enum Unknown {
        DENY,
        PASS
    }

    @Doc("A message that is added.")
    record Addition(
            @Doc("Role of the message: user, assistant, or system for instructions, which are put "
                    + "where the interface expects them.")
            @Default("\"system\"")
            AddedRole role,

            @Doc(
                    value =
                            "Text. May hold templates: ${identity.id}, ${metadata.KEY}, ${request.header.NAME}, ${request.path}, ${request.id}.",
                    examples = "\"The user is ${identity.id}.\"")
            @NonEmpty
            String text) {}
}
