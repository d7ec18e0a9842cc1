package io.policyengine.core.config.reading;

import com.google.re2j.Pattern;
import io.policyengine.core.config.files.ConfTexts;

/**
 * The positions in each kind of file at which a value may be a secret, and therefore may be a reference. Values at
 * other positions are names or decide what runs, and they appear in logs, metrics and responses.
 */
enum ReferencePositions {
    /** kernel.yaml, including route policies in it. */
    KERNEL(
            "/" + ConfigSchemas.KERNEL_KEY + "(" + Patterns.TOKEN + "|" + Patterns.TRACING_HEADERS + "|"
                    + Patterns.ROUTE_PARAMS + ")",
            "'admin_token', the 'headers' of tracing and the 'params' of chain entries"),
    /** Files with {@code worker_core}. */
    WORKER(
            "/" + ConfigSchemas.WORKER_KEY + "/(policies/config/[^/]+/.*|targets/[^/]+/headers/[^/]+"
                    + "|stores/[^/]+/(url(/[0-9]+)?|username|password)|sinks/[^/]+/sasl/password)",
            "'policies.config', the 'headers' of targets, the 'url', 'username' and 'password' of stores, and the "
                    + "'sasl.password' of sinks"),
    /** Files in routes/. */
    ROUTES(Patterns.CHAIN_PARAMS + "|" + Patterns.ROUTE_PARAMS, "the 'params' of chain entries"),
    OVERRIDES("", "");

    /** The position of a token of the management API. */
    static final String ADMIN_TOKEN = "/" + ConfigSchemas.KERNEL_KEY + Patterns.TOKEN;

    private final Pattern allowed;
    private final String names;

    ReferencePositions(String allowed, String names) {
        this.allowed = Pattern.compile(allowed);
        this.names = names;
    }

    private static final class Patterns {
        static final String TOKEN = "/observability/admin_token";
        static final String TRACING_HEADERS = "/observability/tracing/headers/[^/]+";
        static final String ROUTE_PARAMS =
                "/" + ConfigSchemas.ROUTES_KEY + "/[0-9]+/(request|response)_flow/policy_chain/[0-9]+/params/.*";
        static final String CHAIN_PARAMS = "/" + ConfigSchemas.CHAINS_KEY + "/[^/]+/[0-9]+/params/.*";
    }

    static ReferencePositions of(String file) {
        if (file.equals("kernel.yaml")) {
            return KERNEL;
        } else if (file.equals(ConfTexts.OVERRIDES)) {
            return OVERRIDES;
        }
        return file.startsWith(ConfTexts.ROUTES + "/") ? ROUTES : WORKER;
    }

    boolean allow(String pointer) {
        return allowed.matches(pointer);
    }

    /** The message that refuses a reference at another position. */
    String refusal() {
        return switch (this) {
            case OVERRIDES -> "a reference is not possible here, since overrides are shown in the log and in a metric";
            case KERNEL, WORKER, ROUTES ->
                "a reference is not possible here, since values that are not secrets are shown; in this "
                        + "file, references are possible only in " + names;
        };
    }
}
