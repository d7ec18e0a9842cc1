package io.policyengine.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Keeps the defaults of the operators' page of limits true to the code. Each row names a key of the configuration or a constant.
 * {@code -Dgolden.update=true} rewrites the defaults.
 */
class OperatorLimitsTest {
    private static final Path PAGE = Path.of("../docs/limits.md");
    private static final Path KEYS = Path.of("../docs/reference/configuration.md");
    private static final Path CONSTANTS = Path.of("../docs/reference/limits");

    /** The first three cells of a row, the second of which begins with a name. */
    private static final Pattern ROW = Pattern.compile("(?m)^(\\| [^|]+ \\| \\[?`([^`]+)`[^|]*\\| )([^|]*)( \\|)");

    private static final Pattern DEFINED =
            Pattern.compile("(?m)^\\| `([^`]+)` \\| (?:[^|]+ \\| )??(none|`[^`|]+`) \\|");
    private static final Pattern TIME = Pattern.compile("Duration\\.of(Millis|Seconds|Minutes)\\((\\d+)\\)");
    private static final Pattern PRODUCT = Pattern.compile("(\\d+)L? (\\*|<<) (\\d+)L?");

    @Test
    void eachDefaultIsThatOfTheCode() throws IOException {
        Map<String, String> values = values();
        String written = Files.readString(PAGE);

        String expected = ROW.matcher(written).replaceAll(row -> {
            String value = value(values, row.group(2));
            return Matcher.quoteReplacement(
                    row.group(1) + (value.equals("none") ? row.group(3) : shown(row.group(2), value)) + row.group(4));
        });

        if (Boolean.getBoolean("golden.update")) {
            Files.writeString(PAGE, expected);
        }
        assertThat(Files.readString(PAGE)).isEqualTo(expected);
        assertThat(ROW.matcher(expected).results()).hasSizeGreaterThan(50);
    }

    @Test
    void eachRowOfALimitNamesAKeyOrAConstant() throws IOException {
        List<String> rows = Files.readAllLines(PAGE).stream()
                .filter(line -> line.startsWith("| ") && !line.startsWith("| Limit |"))
                .toList();

        assertThat(rows).allMatch(row -> ROW.matcher(row).find());
    }

    @Test
    void aDefaultWithoutAValueIsALinkToItsReason() throws IOException {
        Map<String, String> values = values();

        assertThat(ROW.matcher(Files.readString(PAGE))
                        .results()
                        .filter(row -> value(values, row.group(2)).equals("none"))
                        .map(row -> row.group(3)))
                .isNotEmpty()
                .allMatch(cell -> cell.contains("](architecture/memory.md)"));
    }

    @ParameterizedTest
    @CsvSource({
        "limits.phase_timeout_ms, 1500, 1.5 s",
        "limits.max_generation_age_ms, 3600000, 60 min",
        "envoy.buffer_limit_bytes, 1048576, 1 MiB",
        "A.MAX_OCTETS, 60 * 1024, 60 KiB",
        "A.MAX_BYTES, 1 << 20, 1 MiB",
        "A.MAX, 100000, '100,000'",
        "A.LIMIT, Duration.ofSeconds(5), 5 s"
    })
    void valuesAreShownWithTheirUnits(String name, String value, String shown) {
        assertThat(shown(name, value)).isEqualTo(shown);
    }

    /** Returns the values of all keys and constants by name; {@code none} for keys without a default of their own. */
    private static Map<String, String> values() throws IOException {
        Map<String, String> values = new HashMap<>();
        try (Stream<Path> pages = Files.list(CONSTANTS)) {
            for (Path page : Stream.concat(pages, Stream.of(KEYS)).toList()) {
                DEFINED.matcher(Files.readString(page))
                        .results()
                        .forEach(row -> values.put(row.group(1), row.group(2).replace("`", "")));
            }
        }
        return values;
    }

    private static String value(Map<String, String> values, String name) {
        List<String> named = values.keySet().stream()
                .filter(key -> key.equals(name) || key.endsWith("." + name))
                .toList();
        assertThat(named).as("the keys and constants that are called %s", name).hasSize(1);
        return String.valueOf(values.get(named.getFirst()));
    }

    private static String shown(String name, String value) {
        Matcher time = TIME.matcher(value);
        if (time.matches()) {
            long number = Long.parseLong(time.group(2));
            return shown(
                    switch (time.group(1)) {
                        case "Millis" -> Duration.ofMillis(number);
                        case "Seconds" -> Duration.ofSeconds(number);
                        default -> Duration.ofMinutes(number);
                    });
        }
        long number = number(value);
        if (name.endsWith("_ms")) {
            return shown(Duration.ofMillis(number));
        }
        boolean isBytes = name.endsWith("_bytes") || name.endsWith("_BYTES") || !value.matches("\\d+");
        return isBytes ? bytes(number) : String.format(Locale.ROOT, "%,d", number);
    }

    private static long number(String value) {
        Matcher product = PRODUCT.matcher(value);
        if (!product.matches()) {
            return Long.parseLong(value);
        }
        long first = Long.parseLong(product.group(1));
        int second = Integer.parseInt(product.group(3));
        return product.group(2).equals("*") ? first * second : first << second;
    }

    private static String shown(Duration time) {
        long millis = time.toMillis();
        if (millis < 1000) {
            return millis + " ms";
        }
        if (millis > 120_000) {
            return millis / 60_000 + " min";
        }
        return millis % 1000 == 0 ? millis / 1000 + " s" : millis / 1000.0 + " s";
    }

    private static String bytes(long number) {
        return number % (1 << 20) == 0 ? (number >> 20) + " MiB" : (number >> 10) + " KiB";
    }
}
