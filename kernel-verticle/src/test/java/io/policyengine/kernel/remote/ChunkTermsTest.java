package io.policyengine.kernel.remote;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.policyengine.core.worker.WorkerException;
import io.vertx.core.buffer.Buffer;
import org.junit.jupiter.api.Test;

class ChunkTermsTest {
    @Test
    void anAnswerToAnotherChunkThanTheLastIsInvalid() {
        ChunkTerms terms = new ChunkTerms(0, true, false);

        assertThatCode(() -> terms.checkNumber(2, 2)).doesNotThrowAnyException();
        assertThatThrownBy(() -> terms.checkNumber(2, 1))
                .isInstanceOf(WorkerException.class)
                .hasMessage("expected the answer to chunk 2, but got one to chunk 1");
        assertThatThrownBy(() -> terms.checkNumber(2, 3)).isInstanceOf(WorkerException.class);
        assertThatThrownBy(() -> terms.checkNumber(2, 0))
                .isInstanceOf(WorkerException.class)
                .hasMessage("expected the answer to chunk 2, but got one without a number");
    }

    @Test
    void aWorkerThatKnowsNoNumbersIsNotHeldToThem() {
        assertThatCode(() -> new ChunkTerms(0, false, false).checkNumber(2, 0)).doesNotThrowAnyException();
    }

    @Test
    void anAnswerMayBeLongerThanItsChunkByTheGrowthAndNoMore() {
        ChunkTerms terms = new ChunkTerms(3, true, false);

        assertThatCode(() -> terms.checkLength(1, null)).doesNotThrowAnyException();
        assertThatCode(() -> terms.checkLength(1, Buffer.buffer("four"))).doesNotThrowAnyException();
        assertThatThrownBy(() -> terms.checkLength(1, Buffer.buffer("fiver")))
                .isInstanceOf(WorkerException.class)
                .hasMessage("a chunk of 1 bytes was answered with 5 bytes; at most 4 are allowed");
    }
}
