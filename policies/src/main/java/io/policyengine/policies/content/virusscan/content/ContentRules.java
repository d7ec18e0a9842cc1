package io.policyengine.policies.content.virusscan.content;

import java.util.Set;

/**
 * The rules by which a body is opened.
 *
 * @param parts names of the multipart parts that are scanned; empty for all
 * @param maxContents maximum contents of one body
 * @param json true if base64 texts in JSON are contents too, which requires whole bodies
 */
public record ContentRules(Set<String> parts, int maxContents, boolean json) {
    public ContentRules {
        parts = Set.copyOf(parts);
    }
}
