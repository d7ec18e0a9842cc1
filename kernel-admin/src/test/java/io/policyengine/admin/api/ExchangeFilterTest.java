package io.policyengine.admin.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.policyengine.kernel.recorder.ExchangeRecord;
import io.vertx.core.buffer.Buffer;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The forms of the query parameters that the OpenAPI document declares: each text that they permit is taken. */
class ExchangeFilterTest {
    private static final Instant NOW = Instant.parse("2026-01-31T16:30:00Z");
    private static final List<String> NUMBERS =
            List.of("0", "9", "10", "99", "100", "199", "249", "250", "255", "256", "300", "00", "01", "1000", "");

    private static QueryParameter parameter(String name) {
        return ExchangeFilter.PARAMETERS.stream()
                .filter(one -> one.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static boolean isPermitted(String name, String value) {
        try {
            parameter(name).check(value);
            return true;
        } catch (ApiProblem refused) {
            return false;
        }
    }

    /** Checks that each text that the form permits is taken; returns these texts. */
    private static List<String> taken(String name, List<String> texts) {
        List<String> permitted =
                texts.stream().filter(text -> isPermitted(name, text)).toList();
        for (String text : permitted) {
            ApiRequest request = new ApiRequest(Map.of(), null, null, Map.of(name, text), Buffer.buffer());
            assertThatCode(() -> new ExchangeFilter(request, NOW).query())
                    .as(name + "=" + text)
                    .doesNotThrowAnyException();
        }
        return permitted;
    }

    @Test
    void takesEachDayOfTheCalendarAndNoOther() {
        List<String> days = new ArrayList<>();
        List<String> all = new ArrayList<>();
        for (int year : new int[] {0, 4, 100, 400, 1900, 1996, 2000, 2023, 2024, 2026, 2100, 9996, 9999}) {
            for (int month = 0; month <= 13; month++) {
                for (int day = 0; day <= 32; day++) {
                    String time = "%04d-%02d-%02dT00:00Z".formatted(year, month, day);
                    all.add(time);
                    if (isDay(year, month, day)) {
                        days.add(time);
                    }
                }
            }
        }

        assertThat(taken("since", all)).isEqualTo(days).hasSize(13 * 365 + 7);
        assertThat(taken("until", all)).isEqualTo(days);
    }

    private static boolean isDay(int year, int month, int day) {
        try {
            LocalDate.of(year, month, day);
            return true;
        } catch (DateTimeException no) {
            return false;
        }
    }

    @Test
    void takesEachTimeAndOffsetThatJavaKnowsAndNoOther() {
        List<String> offsets = new ArrayList<>(List.of("2026-01-31T16:30Z"));
        List<String> all = new ArrayList<>(offsets);
        for (String sign : List.of("+", "-")) {
            for (int minutes = 0; minutes < 20 * 60; minutes++) {
                String time = "2026-01-31T16:30%s%02d:%02d".formatted(sign, minutes / 60, minutes % 60);
                all.add(time);
                if (minutes <= ZoneOffset.MAX.getTotalSeconds() / 60) {
                    offsets.add(time);
                }
            }
        }
        List<String> times = IntStream.range(0, 24 * 60)
                .mapToObj(minute -> "2026-01-31T%02d:%02d:59.123456789Z".formatted(minute / 60, minute % 60))
                .toList();

        assertThat(taken("since", all)).isEqualTo(offsets);
        assertThat(taken("since", times)).isEqualTo(times);
        assertThat(taken(
                        "since",
                        List.of(
                                "2026-01-31T24:00Z",
                                "2026-01-31T16:60Z",
                                "2026-01-31T16:30:60Z",
                                "2026-01-31T16:30:00.Z")))
                .isEmpty();
    }

    @Test
    void takesDurationsOfUpToNineDigits() {
        List<String> durations = List.of("0s", "000000000m", "90s", "999999999h", "999999999d");

        assertThat(taken("since", durations)).isEqualTo(durations);
        assertThat(taken("until", durations)).isEqualTo(durations);
        assertThat(taken("since", List.of("", "s", "1000000000s", "2w", "-1s", "1.5h", "2H")))
                .isEmpty();
    }

    @Test
    void takesEachAddressAndNetworkThatTheFormPermits() {
        Random random = new Random(31);
        List<String> all = new ArrayList<>();
        for (int i = 0; i < 200_000; i++) {
            String address = random.nextBoolean() ? v4(random) : v6(random);
            all.add(random.nextInt(3) == 0 ? address + "/" + random.nextInt(135) : address);
        }

        List<String> taken = taken("client", all);

        assertThat(taken).hasSizeGreaterThan(20_000).contains("::");
        assertThat(taken(
                        "client",
                        List.of("0.0.0.0/0", "10.0.0.7/32", "::/0", "1:2:3:4:5:6:7::", "::ffff:10.0.0.7/128")))
                .hasSize(5);
        assertThat(taken(
                        "client",
                        List.of(
                                "",
                                ":",
                                ":::",
                                "10.0.0.07",
                                "10.0.0.7/33",
                                "10.0.0.7/08",
                                "::1/129",
                                "::1%1",
                                "[::1]")))
                .isEmpty();
    }

    private static String v4(Random random) {
        int count = random.nextInt(8) == 0 ? random.nextInt(6) : 4;
        return String.join(
                ".",
                random.ints(count, 0, NUMBERS.size()).mapToObj(NUMBERS::get).toList());
    }

    private static String v6(Random random) {
        int count = random.nextInt(10);
        List<String> groups = new ArrayList<>(random.ints(count, 0, 0x10000)
                .mapToObj(group -> Integer.toHexString(group >> random.nextInt(16)))
                .toList());
        if (random.nextInt(3) == 0) {
            groups.add(v4(random));
        }
        int gap = random.nextInt(12);
        return gap > groups.size()
                ? String.join(":", groups)
                : String.join(":", groups.subList(0, gap)) + "::"
                        + String.join(":", groups.subList(gap, groups.size()));
    }

    @Test
    void takesEachStatusAndClassThatTheFormPermits() {
        List<String> numbers =
                IntStream.range(0, 1_000).mapToObj("%03d"::formatted).toList();

        assertThat(taken("status", numbers)).isEqualTo(numbers.subList(100, 600));
        assertThat(taken("status", List.of("1xx", "4xX", "5XX", "6xx", "4x", "40x", "4x0", "40")))
                .hasSize(3);
    }

    @Test
    void takesPathsByTheirCharactersAndCodesInAnyCase() {
        String longest = "/" + "😀".repeat(ExchangeRecord.MAX_TEXT - 1);

        assertThat(taken("path", List.of(longest, "/", "/*", "//", "/a*b", "/é")))
                .hasSize(6);
        assertThat(taken("path", List.of(longest + "x", "", "a", "*", "/a?", "/a\n")))
                .isEmpty();
        assertThat(taken("code", List.of("token_expired", "A".repeat(64), "_", "ı", "A".repeat(65), "")))
                .hasSize(3);
    }
}
