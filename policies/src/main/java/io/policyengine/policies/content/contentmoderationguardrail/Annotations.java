package io.policyengine.policies.content.contentmoderationguardrail;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.instruction.CommonInstruction;
import io.policyengine.core.instruction.RemoveHeader;
import io.policyengine.core.instruction.SetHeader;
import io.policyengine.core.instruction.SetMetadata;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.StringNode;

/**
 * The verdict on a whole message, as metadata for later policies and as a header field for the recipient.
 *
 * @param header the field that names the checks with findings; empty if no check annotates
 */
record Annotations(Optional<String> header) {
    private static final String VERDICT = "guardrail.verdict";
    private static final String CHECKS = "guardrail.checks";

    List<SetMetadata> refused(Moderation moderation) {
        List<SetMetadata> metadata = new ArrayList<>();
        metadata.add(verdict(moderation.found().isEmpty() ? "refused" : "denied"));
        metadata.add(checks(moderation));
        return metadata;
    }

    List<CommonInstruction> passed(HeaderMap headers, Moderation moderation) {
        List<CommonInstruction> told = new ArrayList<>();
        boolean found = !moderation.found().isEmpty();
        header.filter(headers::contains).ifPresent(name -> told.add(new RemoveHeader(name)));
        if (found) {
            header.ifPresent(name -> told.add(new SetHeader(name, String.join(", ", moderation.found()))));
            told.add(checks(moderation));
        }
        told.add(verdict(found ? moderation.isMasked() ? "masked" : "flagged" : "clean"));
        return told;
    }

    private static SetMetadata verdict(String verdict) {
        return new SetMetadata(VERDICT, StringNode.valueOf(verdict));
    }

    private static SetMetadata checks(Moderation moderation) {
        ArrayNode names = JsonNodeFactory.instance.arrayNode();
        moderation.found().forEach(names::add);
        return new SetMetadata(CHECKS, names);
    }
}
