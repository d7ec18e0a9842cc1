package io.policyengine.worker.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where a policy's values are. */
class StoreKeysTest {
    private static String key(StoreKeys keys, String slot) {
        return new String(keys.key(StoreKeys.tag(slot), "n"), StandardCharsets.UTF_8);
    }

    @Test
    void nameThePolicyAndTheScope() {
        assertThat(key(StoreKeys.ofEntry("p:", "rateLimit", "api", "e1"), "alice"))
                .isEqualTo("p:rateLimit:api/e1:{alice}:n");
        assertThat(key(StoreKeys.ofScope("", "rateLimit", "global"), "10.1.2.3"))
                .isEqualTo("rateLimit:@global:{10.1.2.3}:n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a}b", "{", "}{x", "#a", "ä", "a b", "\n", "\u0000"})
    void aSlotThatIsNotPlainIsADigest(String slot) {
        assertThat(StoreKeys.tag(slot)).matches("#[A-Za-z0-9_-]{43}");
    }

    @Test
    void aLongSlotIsADigest() {
        assertThat(StoreKeys.tag("a".repeat(100))).hasSize(100);
        assertThat(StoreKeys.tag("a".repeat(101))).hasSize(44);
        assertThat(StoreKeys.tag("a".repeat(10_000_000))).hasSize(44);
    }

    @Test
    void noTwoPoliciesScopesAndSlotsShareOne() {
        String[] texts = {
            "a", "b", "a/b", "a:b", "@a", "%61", "a%", "{a}", "#a", "", "ä", "a".repeat(99), "a".repeat(101)
        };
        Set<String> keys = new HashSet<>();
        int count = 0;
        for (String policy : texts) {
            for (String slot : texts) {
                for (String route : texts) {
                    for (String entry : texts) {
                        keys.add(key(StoreKeys.ofEntry("p:", policy, route, entry), slot));
                        count++;
                    }
                    keys.add(key(StoreKeys.ofScope("p:", policy, route), slot));
                    count++;
                }
            }
        }
        assertThat(keys).hasSize(count);
    }

    /** By CLUSTER KEYSLOT of a server. */
    @ParameterizedTest
    @CsvSource({"a, 15495", "foo, 12182", "123456789, 12739", "alice, 749", "10.1.2.3, 5790"})
    void aClusterPlacesThemByTheirTag(String tag, int slot) {
        assertThat(HashSlot.of(tag)).isEqualTo(slot);
    }
}
