package io.policyengine.policies.ai.semanticcache.vector;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.lookup.Lookup;
import io.policyengine.core.lookup.LookupOptions;
import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.Cancellation;
import io.policyengine.policies.shared.digest.Sha256;
import io.policyengine.testkit.policy.FakeEnvironment;
import java.time.Duration;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class EmbeddingsClientTest {
    private static final int ROOM = 10_000;

    private final FakeEnvironment environment = new FakeEnvironment();
    private final Lookup<Sha256, Embedding> known =
            new Lookup<>(LookupOptions.of(ROOM), environment.ticker(), environment.cacheMeter("vectors"));
    private EmbeddingsClient embeddings = embeddings(null);

    private EmbeddingsClient embeddings(@Nullable Integer dimensions) {
        return new EmbeddingsClient(environment.useTarget("vectors"), null, "words", dimensions, known, environment);
    }

    @BeforeEach
    void answer() {
        environment.useTarget("vectors").answer(200, "{\"data\": [{\"embedding\": [1, 2]}]}");
    }

    private boolean isThere(String text) {
        Call call = new Call(
                "id", 1, environment.ticker().nanoTime() + Duration.ofMinutes(1).toNanos(), new Cancellation());
        return embeddings.of(call, text).succeeded();
    }

    private int asked() {
        return environment.useTarget("vectors").requests().size();
    }

    @Test
    void vectorsThatAreHeldHaveABound() {
        for (int i = 0; i < 1_000; i++) {
            assertThat(isThere("text " + i)).isTrue();
        }

        assertThat(known.weight()).isBetween(1L, (long) ROOM);
    }

    @Test
    void aVectorIsHeldForAnHour() {
        isThere("text");
        environment.advance(Duration.ofMinutes(50));
        isThere("text");
        assertThat(asked()).isEqualTo(1);
        environment.advance(Duration.ofMinutes(20));

        isThere("text");

        assertThat(asked()).isEqualTo(2);
    }

    @Test
    void afterAFailureTheServerHasASecond() {
        environment.useTarget("vectors").answer(500, "");
        assertThat(isThere("text")).isFalse();
        answer();
        assertThat(isThere("text")).isFalse();
        environment.advance(Duration.ofSeconds(1));

        assertThat(isThere("text")).isTrue();
    }

    @Test
    void anAnswerMayBeAsLongAsItsVectorsAreWide() {
        embeddings = embeddings(8_192);
        String numbers = IntStream.range(0, 8_192)
                .mapToObj(i -> "-0." + "%018d".formatted(i + 1))
                .collect(Collectors.joining(", "));
        environment.useTarget("vectors").answer(200, "{\"data\": [{\"embedding\": [" + numbers + "]}]}");

        assertThat(isThere("text")).isTrue();
        assertThat(environment.declared()).as("read beside the event loop").hasSize(1);
    }

    @Test
    void anAnswerThatIsLongerIsNone() {
        environment.useTarget("vectors").tooLarge();

        assertThat(isThere("text")).isFalse();
    }
}
