package io.policyengine.testkit.envoy.model;

import io.policyengine.core.http.FieldRules;

/**
 * Rules for the headers that an answer may change (mutation_rules.proto: HeaderMutationRules).
 *
 * @param allowAllRouting whether host, :authority, :scheme and :method may be set
 * @param allowEnvoy whether x-envoy-* may be set
 * @param disallowSystem whether headers that start with a colon are forbidden
 * @param disallowAll whether all headers are forbidden
 * @param disallowIsError whether a forbidden change fails the answer instead of being dropped
 */
public record ModelMutationRules(
        boolean allowAllRouting,
        boolean allowEnvoy,
        boolean disallowSystem,
        boolean disallowAll,
        boolean disallowIsError) {
    private static final ModelMutationRules DEFAULTS = new ModelMutationRules(false, false, false, false, false);

    /** Returns the rules of a filter without mutation_rules. */
    public static ModelMutationRules defaults() {
        return DEFAULTS;
    }

    /** Returns the default rules, with or without permission to set routing headers and Envoy's headers. */
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
