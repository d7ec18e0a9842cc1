package io.policyengine.policies.traffic.shared.storedresponse;

import io.policyengine.core.http.FieldRules;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.instruction.SetBody;
import java.util.HashSet;
import java.util.Set;

/**
 * Selects the header fields of a response that can be replayed. Three kinds are omitted: fields of the transport;
 * Envoy's own fields, which cannot be set; and fields of a content coding, since the stored body is decoded.
 */
public final class KeptFields {
    /**
     * Maximum number of header fields of a replayable response. It is lower than Envoy's maximum, so that policies can
     * add fields.
     */
    private static final int MAX_FIELDS = 80;

    /** Maximum size of the header fields of a replayable response, in octets. */
    private static final int MAX_OCTETS = 40 * 1024;

    private static final String ENVOY = "x-envoy-";

    /** A request field that the engine cannot set in Envoy, and that may also occur in responses. */
    private static final String HOST = "host";

    private KeptFields() {}

    /**
     * Returns those header fields of a response that can be replayed.
     *
     * @param without further names to omit, in lower case
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

    /** Returns whether the engine can send a response with these fields. */
    public static boolean canBeGiven(HeaderMap kept) {
        boolean[] isLegal = {kept.size() <= MAX_FIELDS && kept.octets() <= MAX_OCTETS};
        kept.forEach(
                (name, value) -> isLegal[0] = isLegal[0] && FieldRules.isToken(name) && FieldRules.isFieldValue(value));
        return isLegal[0];
    }
}
