package io.policyengine.policies.content.virusscan.content;

import io.policyengine.policies.format.form.NameReadings;
import java.util.Set;

/**
 * The rules that determine which content items a body has.
 *
 * @param parts names of the multipart parts that are scanned, as servers may read them; empty for all
 * @param maxContents maximum content items of one body
 * @param json true if base64 texts in JSON are content items too, which requires whole bodies
 */
public record ContentRules(Set<String> parts, int maxContents, boolean json) {
    public ContentRules {
        parts = NameReadings.of(parts);
    }

    /** Returns whether a server may read the name of a part as the name of a part that is scanned. */
    boolean isScanned(String part) {
        return parts.isEmpty() || part.indexOf('%') >= 0 || NameReadings.isAmong(part, parts);
    }
}
