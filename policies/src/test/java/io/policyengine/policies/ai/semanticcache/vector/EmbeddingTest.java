package io.policyengine.policies.ai.semanticcache.vector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import io.vertx.core.buffer.Buffer;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class EmbeddingTest {
    private static Embedding of(double... direction) {
        return Embedding.of(direction).orElseThrow();
    }

    private static Embedding random(Random random, int dimensions) {
        return of(random.doubles(dimensions, -1, 1).toArray());
    }

    @Test
    void theCosineIsThatOfTheAngle() {
        assertThat(of(1, 0).similarity(of(5, 0))).isCloseTo(1, within(1e-6));
        assertThat(of(1, 0).similarity(of(0, 3))).isCloseTo(0, within(1e-6));
        assertThat(of(1, 0).similarity(of(-2, 0))).isCloseTo(-1, within(1e-6));
        assertThat(of(1, 0).similarity(of(1, 1))).isCloseTo(Math.sqrt(0.5), within(1e-6));
    }

    @Test
    void whatHasNoDirectionIsNone() {
        assertThat(Embedding.of(new double[] {0, 0})).isEmpty();
        assertThat(Embedding.of(new double[] {Double.NaN, 1})).isEmpty();
        assertThat(Embedding.of(new double[] {Double.POSITIVE_INFINITY, 1})).isEmpty();
        assertThat(Embedding.of(new double[] {1e300, 1e300})).isEmpty();
        assertThat(Embedding.of(new double[] {1e-300})).isEmpty();
        assertThat(Embedding.of(new double[0])).isEmpty();
    }

    @Test
    void otherDimensionsAreNotNear() {
        assertThat(of(1, 0).similarity(of(1, 0, 0))).isEqualTo(-1);
        assertThat(of(1, 0).rounded().similarity(of(1, 0, 0).rounded())).isEqualTo(-1);
    }

    @Test
    void roundedVectorsSayAboutTheSame() {
        Random random = new Random(1);
        for (int i = 0; i < 1_000; i++) {
            int dimensions = 1 + random.nextInt(2_000);
            Embedding one = random(random, dimensions);
            Embedding other = random(random, dimensions);

            assertThat(one.rounded().similarity(other.rounded())).isCloseTo(one.similarity(other), within(0.02));
            assertThat(Rounded.of(one.rounded().encode()).similarity(one.rounded()))
                    .isCloseTo(1, within(1e-6));
        }
    }

    @Test
    void bytesGiveTheSameVector() {
        Embedding one = random(new Random(2), 300);
        Buffer bytes = Buffer.buffer();
        one.appendTo(bytes);

        assertThat(bytes.length()).isEqualTo(one.encodedBytes());
        assertThat(Embedding.readFrom(bytes).similarity(one)).isCloseTo(1, within(1e-6));
    }

    @Test
    void bytesThatAreCutOrLieAreNone() {
        Buffer bytes = Buffer.buffer();
        of(1, 2, 3).appendTo(bytes);

        for (int length = 0; length < bytes.length(); length++) {
            Buffer cut = bytes.getBuffer(0, length);
            assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> Embedding.readFrom(cut));
        }
        for (int lie : new int[] {-1, 0, 8_193, Integer.MAX_VALUE}) {
            Buffer lies = bytes.copy().setInt(0, lie);
            assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> Embedding.readFrom(lies));
        }
    }

    @Test
    void theLongestVectorOfEndsDoesNotOverflow() {
        double[] ends = new double[Embedding.MAX_DIMENSIONS];
        java.util.Arrays.fill(ends, -1);

        assertThat(of(ends).rounded().similarity(of(ends).rounded())).isCloseTo(1, within(1e-9));
    }
}
