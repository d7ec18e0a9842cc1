package io.policyengine.policies.records.shared.exchangerecord;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.Octets;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The header fields that are recorded: those of some names, or all. Of all, fields that carry secrets by their names are masked; whoever wants
 * one of those has to name it. Values, and the number of fields, are bounded.
 */
public final class HeaderChoice {
    /** In place of a name: all fields. */
    public static final String ALL = "*";

    static final String MASK = "[redacted]";
    private static final int MAX_FIELDS = 100;
    private static final List<String> SECRET = List.of(
            "authorization",
            "authentication",
            "cookie",
            "token",
            "secret",
            "password",
            "passwd",
            "credential",
            "api-key",
            "apikey",
            "api_key",
            "access-key",
            "session",
            "signature",
            "assertion",
            "jwt",
            "client-cert");

    private final Set<String> names;
    private final boolean isAll;

    /** Those of these names, in any case; {@link #ALL} among them is all. */
    public HeaderChoice(List<String> names) {
        this.names = names.stream().map(HeaderMap::lowerCase).collect(Collectors.toUnmodifiableSet());
        this.isAll = names.contains(ALL);
    }

    /** True if none is. */
    public boolean isEmpty() {
        return names.isEmpty();
    }

    /** The fields as JSON: a string, or an array where a name stands more than once. */
    public ObjectNode json(HeaderMap headers) {
        ObjectNode chosen = JsonNodeFactory.instance.objectNode();
        headers.forEach((name, value) -> {
            if (!names.contains(name) && !isAll) {
                return;
            }
            String text = names.contains(name) || !isSecret(name) ? Texts.bounded(Octets.toText(value)) : MASK;
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

    private static boolean isSecret(String name) {
        return SECRET.stream().anyMatch(name::contains);
    }
}
