package io.policyengine.policies.traffic.shared.keptanswer;

import io.policyengine.core.http.FieldRules;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.instruction.SetBody;
import java.util.HashSet;
import java.util.Set;

/**
 * The header fields of an answer that can be given again: not those of its transport, nor Envoy's own, which Envoy takes from nobody, nor those
 * of a coding, which has been opened.
 */
public final class KeptFields {
    /** Fields and octets that Envoy takes of the engine, with some room for those that are added. */
    private static final int MAX_FIELDS = 80;

    private static final int MAX_OCTETS = 40 * 1024;

    private static final String ENVOY = "x-envoy-";

    /** No field of a response, and one that Envoy takes from nobody. */
    private static final String HOST = "host";

    private KeptFields() {}

    /**
     * Those of an answer.
     *
     * @param without names in lower case that are left out as well
     */
    public static HeaderMap of(HeaderMap headers, Set<String> without) {
        Set<String> dropped = new HashSet<>(without);
        for (String value : headers.getAll("connection")) {
            for (String name : value.split(",", -1)) {
                dropped.add(HeaderMap.lowerCase(name.strip()));
            }
        }
        if (headers.contains("content-encoding")) {
            dropped.addAll(SetBody.OUTDATED_FIELDS);
        }
        dropped.add(HOST);
        return headers.without(name -> dropped.contains(name) || name.startsWith(ENVOY) || FieldRules.isFraming(name));
    }

    /** True if the engine can give an answer with these fields. */
    public static boolean canBeGiven(HeaderMap kept) {
        boolean[] isLegal = {kept.size() <= MAX_FIELDS && kept.octets() <= MAX_OCTETS};
        kept.forEach(
                (name, value) -> isLegal[0] = isLegal[0] && FieldRules.isToken(name) && FieldRules.isFieldValue(value));
        return isLegal[0];
    }
}
