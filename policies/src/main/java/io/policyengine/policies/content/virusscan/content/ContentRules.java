package io.policyengine.policies.content.virusscan.content;

import io.policyengine.core.http.HeaderMap;
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

    /** The contents of a body with these fields, before its first byte. */
    public Contents open(HeaderMap headers) {
        return new Contents(this, headers);
    }
}
