package io.policyengine.core.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** What passes is the same path for every server, by a model of what servers do that knows nothing of the rules. */
class PathPropertyTest {
    private static final int PATHS = Boolean.getBoolean("tests.all") ? 100_000 : 25_000;
    private static final int READINGS = 12;

    /** Of what paths are made: what honest clients send, and what attackers do. */
    private static final List<String> PIECES = List.of(
            "/",
            "/",
            "/",
            "/",
            "api",
            "v1",
            "users",
            "a",
            "X",
            "7",
            "-",
            "~",
            ":",
            "@",
            ",",
            "+",
            "%20",
            "%40",
            "%C3%A9",
            "%E6%97%A5",
            "%25",
            ".",
            "..",
            "/.",
            "/..",
            "%2e",
            "%2E",
            "%252e",
            "%2f",
            "%2F",
            "%252f",
            "\\",
            "%5c",
            "%255c",
            ";",
            ";x=1",
            "%3b",
            "%253b",
            "%3f",
            "%23",
            "%00",
            "%09",
            "%75",
            "%2575",
            "%",
            "%2",
            "%zz",
            "%u002e",
            "%c0%ae",
            "%c0%af",
            "%ef%bc%8e",
            "%ef%bc%8f",
            "u",
            "2",
            "e",
            "f",
            "5",
            "c",
            "%32",
            "%65",
            "%66",
            "%35",
            " ",
            "#",
            "\u00e9");

    /** What servers make of a path, one step each. */
    private static final List<UnaryOperator<String>> STEPS = List.of(
            PathPropertyTest::withoutParameters,
            path -> path.replace('\\', '/'),
            path -> path.replaceAll("/+", "/"),
            PathPropertyTest::cut,
            PathPropertyTest::resolved,
            PathPropertyTest::withoutEnds);

    private final Random random = new Random(12);

    @Test
    void whatPassesStrictIsTheSamePathUnderEveryReading() {
        int passed = 0;
        for (int i = 0; i < PATHS; i++) {
            String path = path();
            if (PathRules.STRICT.faultIn("GET", path, Set.of()) == null) {
                passed++;
                String once = decoded(path);
                assertThat(decoded(once)).as(path).isEqualTo(once);
                assertThat(slashes(once)).as(path).isEqualTo(slashes(path));
                for (int reading = 0; reading < READINGS; reading++) {
                    assertThat(read(path, 0)).as(path).isEqualTo(path);
                    assertThat(read(path, 1)).as(path).isEqualTo(once);
                    assertThat(read(path, 2)).as(path).isEqualTo(once);
                }
            }
        }
        assertThat(passed).isGreaterThan(PATHS / 50);
    }

    @Test
    void noDotSegmentPassesWhateverIsAllowed() {
        int passed = 0;
        for (int i = 0; i < PATHS; i++) {
            String path = path();
            if (PathRules.STRICT.faultIn("GET", path, someFaults()) == null
                    || PathRules.LENIENT.faultIn("GET", path, Set.of()) == null) {
                passed++;
                for (int reading = 0; reading < READINGS; reading++) {
                    String before = readUnresolved(path);
                    assertThat(resolved(before)).as(path).isEqualTo(before);
                }
            }
        }
        assertThat(passed).isGreaterThan(PATHS / 20);
    }

    private String path() {
        StringBuilder path = new StringBuilder("/");
        int pieces = 1 + random.nextInt(9);
        int honest = random.nextInt(3) == 0 ? 21 : PIECES.size();
        for (int i = 0; i < pieces; i++) {
            path.append(PIECES.get(random.nextInt(honest)));
        }
        return path.toString();
    }

    private Set<PathFault> someFaults() {
        Set<PathFault> faults = EnumSet.noneOf(PathFault.class);
        for (PathFault fault : PathFault.values()) {
            if (random.nextBoolean()) {
                faults.add(fault);
            }
        }
        return faults;
    }

    /** Decodes so many times, with any of the steps before, between and after. */
    private String read(String path, int decodings) {
        String read = someSteps(path);
        for (int i = 0; i < decodings; i++) {
            read = someSteps(decoded(read));
        }
        return read;
    }

    /** As it is before dot segments are resolved. */
    private String readUnresolved(String path) {
        String read = path;
        for (int i = random.nextInt(3); i >= 0; i--) {
            for (UnaryOperator<String> step : STEPS.subList(0, 4)) {
                if (random.nextInt(3) == 0) {
                    read = step.apply(read);
                }
            }
            if (i > 0) {
                read = decoded(read);
            }
        }
        return read;
    }

    private String someSteps(String path) {
        String read = path;
        for (UnaryOperator<String> step : STEPS) {
            if (random.nextInt(3) == 0) {
                read = step.apply(read);
            }
        }
        return read;
    }

    private static long slashes(String path) {
        return path.chars().filter(c -> c == '/').count();
    }

    private static String decoded(String path) {
        StringBuilder decoded = new StringBuilder();
        for (int i = 0; i < path.length(); i++) {
            if (i + 2 < path.length()
                    && path.charAt(i) == '%'
                    && Character.digit(path.charAt(i + 1), 16) >= 0
                    && Character.digit(path.charAt(i + 2), 16) >= 0) {
                decoded.append((char) Integer.parseInt(path.substring(i + 1, i + 3), 16));
                i += 2;
            } else {
                decoded.append(path.charAt(i));
            }
        }
        return decoded.toString()
                .replace("\u00c0\u00ae", ".")
                .replace("\u00c0\u00af", "/")
                .replace("\u00ef\u00bc\u008e", ".")
                .replace("\u00ef\u00bc\u008f", "/");
    }

    private static String withoutParameters(String path) {
        return path.replaceAll(";[^/]*", "");
    }

    private static String cut(String path) {
        return path.replaceAll("(?s)[?#\\x00].*", "");
    }

    /** RFC 3986 §5.2.4. */
    private static String resolved(String path) {
        Deque<String> kept = new ArrayDeque<>();
        String[] segments = path.split("/", -1);
        for (int i = 0; i < segments.length; i++) {
            boolean dots = segments[i].equals(".") || segments[i].equals("..");
            if (segments[i].equals("..") && kept.size() > 1) {
                kept.removeLast();
            }
            if (!dots) {
                kept.addLast(segments[i]);
            } else if (i == segments.length - 1) {
                kept.addLast("");
            }
        }
        return String.join("/", kept);
    }

    private static String withoutEnds(String path) {
        return path.replaceAll("[. ]+(?=/|$)", "");
    }
}
