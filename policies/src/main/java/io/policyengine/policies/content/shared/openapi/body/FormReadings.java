package io.policyengine.policies.content.shared.openapi.body;

import io.policyengine.policies.content.shared.openapi.document.DocumentNode;
import io.policyengine.policies.format.form.NameReadings;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * The names under which servers may read the members of a document's forms. Forms with the same members share the
 * names. All names of one document take at most {@value #MAX_BYTES} bytes of heap.
 */
public final class FormReadings {
    /** Maximum bytes of heap for the names under which servers read the form members of an OpenAPI document. */
    public static final int MAX_BYTES = 8 << 20;

    /** Bytes of heap for a name, in addition to two for each of its characters. */
    private static final int BYTES_PER_NAME = 80;

    private final Map<Set<String>, Set<String>> byMembers = new HashMap<>();
    private long bytes;

    /**
     * Returns the names under which servers may read a form's members, for {@link NameReadings#isAmong}.
     *
     * @param form the place of the form, for the message if the document has too many members
     */
    Set<String> of(Set<String> members, DocumentNode form) {
        Set<String> known = byMembers.get(members);
        if (known != null) {
            return known;
        }
        Set<String> readings = NameReadings.of(members);
        for (String reading : readings) {
            bytes += BYTES_PER_NAME + 2L * reading.length();
        }
        if (bytes > MAX_BYTES) {
            throw form.fault("the names of the members of the document's forms take more than " + MAX_BYTES
                    + " bytes: add the type to opaque_types to let it pass, or remove members");
        }
        byMembers.put(members, readings);
        return readings;
    }
}
