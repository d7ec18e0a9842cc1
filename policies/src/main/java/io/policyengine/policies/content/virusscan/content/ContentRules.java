package io.policyengine.policies.content.virusscan.content;

import java.util.Set;

/**
 * The rules by which a body is opened.
 *
 * @param parts names of the multipart parts that are scanned; empty for all
 * @param maxContents most contents of one body
 * @param json true if texts in JSON that are base64 are contents too; then bodies come whole
 */
public record ContentRules(Set<String> parts, int maxContents, boolean json) {
    /** A copy. */
    public ContentRules {
        parts = Set.copyOf(parts);
    }
}
