package io.policyengine.testkit.policy;

import io.policyengine.core.http.Octets;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Creates other spellings of the paths in policy cases: octets are percent-encoded without need, with hexadecimal
 * digits in upper or lower case.
 */
final class PathSpellings {
    private static final HexFormat HEX = HexFormat.of();

    /**
     * Characters that are never encoded. An encoded slash or percent sign would change the path. A dot, comma or equals
     * sign may separate the parts of a path parameter; encoding it would change the parameter's value.
     */
    private static final String KEPT = "/%,.=";

    private final Random random;

    /** Creates a generator of spellings. The same seed gives the same spellings. */
    PathSpellings(long seed) {
        this.random = new Random(seed);
    }

    /**
     * Returns variants of those cases whose path has another spelling. A variant expects only the verdict of its case,
     * because other results may contain the path in the client's spelling.
     */
    Stream<JsonNode> of(JsonNode cases) {
        return cases.valueStream()
                .map(testCase -> (ObjectNode) testCase.deepCopy())
                .filter(testCase -> testCase.path("steps")
                                .valueStream()
                                .filter(this::respell)
                                .count()
                        > 0)
                .map(testCase -> {
                    testCase.withArray("allow_in_path").add("encoded_unreserved");
                    return testCase;
                });
    }

    /** Changes the path of a step; returns whether the path has changed. */
    private boolean respell(JsonNode step) {
        if (step.get("expect") instanceof ObjectNode expect) {
            expect.retain("status", "failure");
        }
        if (!(step.get("request") instanceof ObjectNode request)
                || !request.path("path").isString()) {
            return false;
        }
        String path = request.path("path").stringValue();
        String other = of(path);
        request.put("path", other);
        return !other.equals(path);
    }

    private String of(String target) {
        int query = target.indexOf('?');
        String path = Octets.fromText(query < 0 ? target : target.substring(0, query));
        if (!path.startsWith("/")) {
            return target;
        }
        StringBuilder other = new StringBuilder(3 * path.length());
        boolean isParameter = false;
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            isParameter = c != '/' && (isParameter || c == ';');
            if (c == '%' && i + 2 < path.length()) {
                other.append(c).append(inAnyCase(path.substring(i + 1, i + 3)));
                i += 2;
            } else if (c > 0x7F || (!isParameter && KEPT.indexOf(c) < 0 && random.nextBoolean())) {
                other.append('%').append(inAnyCase(HEX.toHexDigits((byte) c)));
            } else {
                other.append(c);
            }
        }
        return query < 0 ? other.toString() : other + target.substring(query);
    }

    private String inAnyCase(String digits) {
        return HexFormat.isHexDigit(digits.charAt(0)) && HexFormat.isHexDigit(digits.charAt(1))
                ? random.nextBoolean() ? digits.toUpperCase(Locale.ROOT) : digits.toLowerCase(Locale.ROOT)
                : digits;
    }
}
