package io.policyengine.policies.records.shared.exchangerecord;

import io.policyengine.core.http.CredentialFields;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.Octets;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The header fields that are recorded: all, or those with certain names. If all are recorded, a field whose name
 * suggests a credential is masked unless the choice also names it. The number of fields and the length of values are
 * bounded.
 */
public final class HeaderChoice {
    /** The name that selects all fields. */
    public static final String ALL = "*";

    static final String MASK = "[redacted]";

    /** Maximum number of recorded header names, and maximum number of recorded values of one name. */
    private static final int MAX_FIELDS = 100;

    private final Set<String> names;
    private final boolean isAll;

    /** Creates a choice of the fields with the given names, in any case. {@link #ALL} chooses all fields. */
    public HeaderChoice(List<String> names) {
        this.names = names.stream().map(HeaderMap::lowerCase).collect(Collectors.toUnmodifiableSet());
        this.isAll = names.contains(ALL);
    }

    public boolean isEmpty() {
        return names.isEmpty();
    }

    /** Returns the chosen fields as JSON. The value of a repeated field is an array; any other value is a string. */
    public ObjectNode json(HeaderMap headers) {
        ObjectNode chosen = JsonNodeFactory.instance.objectNode();
        headers.forEach((name, value) -> {
            if (!names.contains(name) && !isAll) {
                return;
            }
            String text = names.contains(name) || !CredentialFields.mayHold(name)
                    ? RecordTexts.bounded(Octets.toText(value))
                    : MASK;
            if (chosen.get(name) instanceof ArrayNode several) {
                if (several.size() < MAX_FIELDS) {
                    several.add(text);
                }
            } else if (chosen.has(name)) {
                String first = chosen.path(name).stringValue();
                chosen.putArray(name).add(first).add(text);
            } else if (chosen.size() < MAX_FIELDS) {
                chosen.put(name, text);
            }
        });
        return chosen;
    }
}
