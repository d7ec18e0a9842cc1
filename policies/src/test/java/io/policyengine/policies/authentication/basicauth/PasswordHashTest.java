package io.policyengine.policies.authentication.basicauth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PasswordHashTest {
    private static final byte[] SECRET = "secret".getBytes(StandardCharsets.UTF_8);
    private static final byte[] WRONG = "Secret".getBytes(StandardCharsets.UTF_8);
    private static final String SALT_AND_TAG = "$c2FsdHNhbHRzYWx0$cjaX+37r+hUbQxP7ylzmjQ";
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /** Made by the reference implementation. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "$argon2id$v=19$m=64,t=3,p=4$c2FsdHNhbHRzYWx0$QQC4MoyNXeRkfelYAfwwkQKnuuuaKwmJwuZCL9Wp1ME",
                "$argon2id$v=19$m=65536,t=1,p=1$c2FsdHNhbHRzYWx0$aGdOpRChTPcuvW+hx4W1QaBuDfJUFEFYYYYSm9rVezc",
                "$argon2id$v=19$m=100,t=3,p=3$c2FsdHNhbHRzYWx0$X/88ykjwu27Xl5ZT9qb/Og",
                "$argon2id$v=16$m=128,t=2,p=2$c2FsdHNhbHRzYWx0$o+NN8DkPh0Cr1nOMX2RG5Ccnuzymt8AV",
                "$argon2id$v=19$m=32768,t=2,p=1" + SALT_AND_TAG,
                "$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHRzYWx0$SCgLJA"
            })
    void argon2idKnowsThePasswordsOfTheReferenceImplementation(String encoded) {
        PasswordHash hash = PasswordHash.parse(encoded);

        assertThat(hash.matchesBlocking(SECRET)).isTrue();
        assertThat(hash.matchesBlocking(WRONG)).isFalse();
    }

    /** Made by the implementation of OpenBSD. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "$2a$04$UR3lchp/PIlETmJ1SZp.KeSlSv6XZUutKlk7DNXyLLJfuv1xW3YuS",
                "$2b$04$UIczjXPlfl0hrM9BUhmq6O7NJJisJVJ04qfORKkCmrlbSMYdfDIeC",
                "$2y$04$0M0BXKv2nOn.5Bu3zp6ytOBxBzHsf82vMgsKwVQtj1w5uzpGYpJ1a"
            })
    void bcryptKnowsAPasswordBeyondAscii(String encoded) {
        PasswordHash hash = PasswordHash.parse(encoded);

        assertThat(hash.matchesBlocking("pässwörd".getBytes(StandardCharsets.UTF_8)))
                .isTrue();
        assertThat(hash.matchesBlocking("password".getBytes(StandardCharsets.UTF_8)))
                .isFalse();
    }

    @Test
    void bcryptCountsSeventyTwoOctets() {
        PasswordHash hash = PasswordHash.parse("$2b$04$i9tkLLK4C.c.YCsSaiO5keBVlRXpCNslmF2hGNutuIYF91bESH9sy");

        assertThat(hash.matchesBlocking("x".repeat(71).getBytes(StandardCharsets.UTF_8)))
                .isFalse();
        assertThat(hash.matchesBlocking("x".repeat(72).getBytes(StandardCharsets.UTF_8)))
                .isTrue();
        assertThat(hash.matchesBlocking("x".repeat(1_000).getBytes(StandardCharsets.UTF_8)))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "$argon2id$v=18$m=64,t=3,p=4",
                "$argon2id$19$m=64,t=3,p=4",
                "$argon2id$v=19$m=31,t=3,p=4",
                "$argon2id$v=19$m=64,t=0,p=4",
                "$argon2id$v=19$m=64,t=3,p=0",
                "$argon2id$v=19$m=2147483647,t=3,p=268435456",
                "$argon2id$v=19$m=4294967295,t=3,p=4",
                "$argon2id$v=19$t=3,m=64,p=4",
                "$argon2id$v=19$m=64,t=3",
                "$argon2id$v=19$m=64,t=3,p=4,keyid=a"
            })
    void argon2idIsDamagedWhereItsCostsAreNone(String costs) {
        assertThatThrownBy(() -> PasswordHash.parse(costs + SALT_AND_TAG))
                .hasMessageStartingWith("the hash is damaged");
    }

    @ParameterizedTest
    @ValueSource(strings = {"$c2FsdHNhbHRzYWx0$SCgL", "$c2FsdHNhbHRzYWx0$SCgLJ", "$c2FsdHNhbHRzYWx0$SCgLJA=="})
    void argon2idIsDamagedWhereItsTagIsShortOrNoBase64(String saltAndTag) {
        assertThatThrownBy(() -> PasswordHash.parse("$argon2id$v=19$m=8,t=1,p=1" + saltAndTag))
                .hasMessageStartingWith("the hash is damaged");
    }

    @Test
    void readingAFileTakesNothingOfTheMemoryOfItsHashes() {
        var file = new StringBuilder();
        for (int i = 0; i < 100; i++) {
            file.append("user" + i + ":$argon2id$v=19$m=" + ((1 << 30) + i) + ",t=1,p=1" + SALT_AND_TAG + "\n");
        }
        var parser = new UserTable.HtpasswdParser(UserTable.empty(), Long.MAX_VALUE);
        long before = THREADS.getCurrentThreadAllocatedBytes();

        UserTable table = parser.parse(file.toString());

        assertThat(table.users()).hasSize(100);
        assertThat(THREADS.getCurrentThreadAllocatedBytes() - before).isLessThan(4L << 20);
    }

    @Test
    void aVerificationTakesNoMoreMemoryThanItsHashSays() {
        PasswordHash hash = PasswordHash.parse("$argon2id$v=19$m=32768,t=2,p=1" + SALT_AND_TAG);
        hash.matchesBlocking(SECRET);
        long before = THREADS.getCurrentThreadAllocatedBytes();

        assertThat(hash.matchesBlocking(SECRET)).isTrue();

        assertThat(THREADS.getCurrentThreadAllocatedBytes() - before).isBetween(32L << 20, hash.heapBytes());
    }

    /** As many kinds of costs as the heap could not hold the memory of. */
    @Test
    void aVerificationLetsItsMemoryGo() {
        long perVerification = 64L << 20;
        long more = Runtime.getRuntime().maxMemory() / perVerification + 1;

        for (int i = 0; i < more; i++) {
            PasswordHash hash = PasswordHash.parse("$argon2id$v=19$m=" + (65536 + 4 * i) + ",t=1,p=1" + SALT_AND_TAG);
            assertThat(hash.matchesBlocking(WRONG)).isFalse();
        }
    }
}
