package io.policyengine.app.explain;

import io.policyengine.core.expression.KnownValues;
import io.policyengine.core.http.NormalPath;
import io.policyengine.core.http.Octets;
import io.policyengine.core.policy.Phase;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The values of a recorded request that conditions may use, with the changes by earlier entries applied. */
final class RecordedRequest {
    /**
     * Length in characters from which recorded values, methods and clients are treated as unknown, since they may be
     * truncated.
     */
    private static final int LONGEST = 128;

    /**
     * Length in characters from which recorded authorities and paths are treated as unknown, since they may be
     * truncated.
     */
    private static final int LONGEST_TEXT = 256;

    private @Nullable String method;
    private @Nullable String authority;
    private @Nullable String path;
    private final @Nullable String client;
    /** The names of all header fields, in lower case, or null if the record does not have all of them. */
    private final @Nullable Set<String> names;

    private final Map<String, String> values = new HashMap<>();
    private final int status;

    RecordedRequest(JsonNode exchange) {
        this.method = known(exchange, "method", LONGEST);
        this.authority = known(exchange, "authority", LONGEST_TEXT);
        this.path = known(exchange, "path", LONGEST_TEXT);
        this.client = known(exchange, "client", LONGEST);
        JsonNode fields = exchange.path("fields");
        Set<String> told = new HashSet<>();
        fields.path("names").forEach(name -> told.add(name.asString("").toLowerCase(Locale.ROOT)));
        this.names = fields.path("names").size() == fields.path("count").asInt() ? told : null;
        fields.path("values").forEachEntry((name, value) -> {
            // Longer values may be truncated.
            if (value.isString() && value.stringValue().length() < LONGEST) {
                values.put(name.toLowerCase(Locale.ROOT), value.stringValue());
            }
        });
        JsonNode end = exchange.path("end");
        this.status = end.path("decided_by").asString("").isEmpty()
                ? end.path("status").asInt()
                : 0;
    }

    private static @Nullable String known(JsonNode exchange, String name, int longest) {
        String text = exchange.path(name).asString("");
        return text.isEmpty() || text.length() >= longest ? null : text;
    }

    void take(JsonNode entry) {
        for (JsonNode change : entry.path("changes")) {
            String name = change.path("name").asString("").toLowerCase(Locale.ROOT);
            switch (change.path("kind").asString("")) {
                case "path" -> path = null;
                case "method" -> method = null;
                case "authority" -> authority = null;
                case "set_field", "append_field" -> {
                    values.remove(name);
                    if (names != null) {
                        names.add(name);
                    }
                }
                case "remove_field" -> {
                    values.remove(name);
                    if (names != null) {
                        names.remove(name);
                    }
                }
                default -> {}
            }
        }
    }

    /** Returns the values that are known when expressions of a phase are evaluated. */
    KnownValues known(Phase phase) {
        KnownValues known = new KnownValues();
        put(known, "request.method", method);
        put(known, "request.authority", authority);
        put(known, "request.path", path == null ? null : NormalPath.of(Octets.fromText(path)));
        put(known, "request.raw_path", path);
        put(known, "request.client_address", client);
        if (names != null) {
            known.withFields("request.headers", names, values);
        }
        if (phase == Phase.RESPONSE && status > 0) {
            known.with("response.status", status);
        }
        return known;
    }

    private static void put(KnownValues known, String variable, @Nullable String text) {
        if (text != null) {
            known.with(variable, text);
        }
    }
}
