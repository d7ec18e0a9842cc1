package io.policyengine.policies.authentication.jwtvalidation;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.policies.authentication.shared.jwt.KeySet;
import io.policyengine.policies.authentication.shared.jwt.TokenClaims;
import io.policyengine.policies.shared.digest.Sha256;
import io.policyengine.testkit.time.FakeTicker;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.Test;

final class TokenCacheTest {
    private static final Duration TTL = Duration.ofSeconds(100);
    private static final long END = 1_000_000;

    private final FakeTicker ticker = new FakeTicker();
    private final TokenVerdict.Verified good = verified(1_000);
    private final TokenVerdict.Forged forged = new TokenVerdict.Forged("me", KeySet.empty());

    @Test
    void remembersUntilTheTokenEndsOrForItsTime() {
        TokenCache cache = new TokenCache(10, TTL, ticker);

        cache.accept(digest(1), good, END - 50_000);
        cache.accept(digest(2), good, END - 500_000);

        assertThat(cache.find(digest(1), END - 1)).isNotNull();
        assertThat(cache.find(digest(1), END)).isNull();
        assertThat(cache.find(digest(2), END - 400_001)).isNotNull();
        assertThat(cache.find(digest(2), END - 400_000)).isNull();
        assertThat(cache.find(digest(3), 0)).isNull();
        ticker.advance(TTL);
        assertThat(cache.find(digest(1), 0)).isNull();
    }

    @Test
    void countsTokensWithManyClaimsAsSeveral() {
        TokenCache cache = new TokenCache(100, TTL, ticker);
        TokenVerdict.Verified large = verified(80_000);

        for (int i = 0; i < 1_000; i++) {
            cache.accept(digest(i), large, 0);
        }

        assertThat(cache.bytes()).isPositive().isLessThanOrEqualTo(100 * TokenCache.USUAL_BYTES);
        assertThat(TokenCache.maxBytes(500)).isLessThan(4 << 20);
    }

    @Test
    void forgedTokensAreFewAndPushNoGoodOneOut() {
        TokenCache cache = new TokenCache(100, TTL, ticker);
        cache.accept(digest(-1), good, 0);

        for (int i = 0; i < 100_000; i++) {
            cache.refuse(digest(i), forged);
        }

        assertThat(cache.find(digest(-1), 0)).isNotNull();
        assertThat(cache.forged()).isPositive().isLessThanOrEqualTo(TokenCache.MAX_FORGED);
    }

    @Test
    void remembersNothingIfItIsToHoldNothing() {
        TokenCache cache = new TokenCache(0, TTL, ticker);

        cache.accept(digest(1), good, 0);
        cache.refuse(digest(2), forged);

        assertThat(cache.bytes()).isZero();
        assertThat(cache.forged()).isZero();
    }

    @Test
    void aSmallerCacheKeepsFewerTokensAndAnEmptyOneNone() {
        TokenCache cache = new TokenCache(1_000, TTL, ticker);
        fill(cache);
        long before = cache.bytes();

        cache.resize(100_000);

        assertThat(cache.bytes()).isPositive().isLessThan(before).isLessThanOrEqualTo(100_000);
        assertThat(cache.forged()).isLessThan(TokenCache.MAX_FORGED);
        cache.resize(0);
        fill(cache);
        assertThat(cache.bytes() + cache.forged()).isZero();
        cache.resize(TokenCache.maxBytes(1_000));
        fill(cache);
        assertThat(cache.bytes()).isEqualTo(before);
        assertThat(cache.forged()).isEqualTo(TokenCache.MAX_FORGED);
    }

    private void fill(TokenCache cache) {
        for (int i = 0; i < 500; i++) {
            cache.accept(digest(i), good, 0);
            cache.refuse(digest(i + 500), forged);
        }
    }

    private static TokenVerdict.Verified verified(int claimBytes) {
        byte[] json = ("{\"a\":\"" + "a".repeat(claimBytes / 2) + "\"}").getBytes(StandardCharsets.UTF_8);
        TokenClaims claims = Objects.requireNonNull(TokenClaims.read(json));
        return new TokenVerdict.Verified(claims, "me", KeySet.empty(), END);
    }

    private static Sha256 digest(int number) {
        return Sha256.of(ByteBuffer.allocate(Integer.BYTES).putInt(number).array());
    }
}
