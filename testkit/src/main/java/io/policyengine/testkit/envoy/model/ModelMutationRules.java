package io.policyengine.testkit.envoy.model;

import io.policyengine.core.http.FieldRules;

/**
 * The headers that an answer may change (mutation_rules.proto: HeaderMutationRules).
 *
 * @param allowAllRouting host, :authority, :scheme and :method may be set
 * @param allowEnvoy x-envoy-* may be set
 * @param disallowSystem no header that starts with a colon may be set
 * @param disallowAll no header may be set
 * @param disallowIsError a forbidden change fails the answer instead of being dropped
 */
public record ModelMutationRules(
        boolean allowAllRouting,
        boolean allowEnvoy,
        boolean disallowSystem,
        boolean disallowAll,
        boolean disallowIsError) {
    private static final ModelMutationRules DEFAULTS = new ModelMutationRules(false, false, false, false, false);

    /** The rules of a filter that configures none. */
    public static ModelMutationRules defaults() {
        return DEFAULTS;
    }

    /** The defaults, with or without routing headers and Envoy's own headers. */
    public static ModelMutationRules allowing(boolean allRouting, boolean envoy) {
        return new ModelMutationRules(allRouting, envoy, false, false, false);
    }

    boolean permitsRemoval(String name) {
        return !disallowAll && !name.startsWith(":") && !name.equals("host") && permitsName(name);
    }

    boolean permitsAppend(String name) {
        return !name.startsWith(":") && !disallowAll && permitsName(name);
    }

    boolean permitsSet(String name, String value) {
        if (disallowAll || (disallowSystem && name.startsWith(":"))) {
            return false;
        }
        return permitsName(name)
                && switch (name) {
                    case ":status" -> isStatus(value);
                    case ":authority", "host" -> !value.isEmpty() && value.indexOf(' ') < 0;
                    case ":scheme" -> value.equals("http") || value.equals("https");
                    case ":method" -> FieldRules.isToken(value);
                    default -> true;
                };
    }

    private boolean permitsName(String name) {
        return switch (name) {
            case "host", ":authority", ":scheme", ":method" -> allowAllRouting;
            default -> allowEnvoy || !name.startsWith("x-envoy-");
        };
    }

    private static boolean isStatus(String value) {
        return value.length() == 3
                && value.chars().allMatch(c -> c >= '0' && c <= '9')
                && Integer.parseInt(value) >= 200;
    }
}
