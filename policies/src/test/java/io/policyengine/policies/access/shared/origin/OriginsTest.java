package io.policyengine.policies.access.shared.origin;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.re2j.Pattern;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class OriginsTest {
    private static final int TRIES = 10_000;
    private static final String ALPHABET = "ab0-_..:/@#[]A \u00E9";

    /** The hosts below example.com, as a pattern says it. */
    private static final Pattern BELOW = Pattern.compile("https://[a-z0-9_-]+(\\.[a-z0-9_-]+)*\\.example\\.com:8443");

    @Test
    void whatStandsBelowADomainIsAHostOrInNoSet() {
        Origins origins = Origins.read(List.of("https://*.example.com:8443"), "", new ArrayList<>());
        Random random = new Random(1);
        int included = 0;

        for (int i = 0; i < TRIES; i++) {
            StringBuilder host = new StringBuilder();
            for (int length = random.nextInt(5); length > 0; length--) {
                host.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
            }
            String origin = "https://" + host + ".example.com:8443";

            boolean isBelow = BELOW.matches(origin);

            assertThat(origins.includes(origin)).as(origin).isEqualTo(isBelow);
            included += isBelow ? 1 : 0;
        }
        assertThat(included).isBetween(TRIES / 20, TRIES / 2);
    }
}
