package io.policyengine.policies.content.virusscan.content;

import java.util.Set;

/**
 * The rules by which the contents of a body are found.
 *
 * @param parts names of the multipart parts that are scanned; empty if all are
 * @param maxContents maximum number of contents of one body
 * @param json true if base64 texts in JSON are contents too, which requires whole bodies
 */
public record ContentRules(Set<String> parts, int maxContents, boolean json) {
    public ContentRules {
        parts = Set.copyOf(parts);
    }
}
