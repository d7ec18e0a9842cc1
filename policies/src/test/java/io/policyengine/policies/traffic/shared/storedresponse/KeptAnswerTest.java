package io.policyengine.policies.traffic.shared.storedresponse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.store.StoreException;
import io.vertx.core.buffer.Buffer;
import org.junit.jupiter.api.Test;

final class KeptAnswerTest {
    private static final KeptAnswer ANSWER = new KeptAnswer(
            201, HeaderMap.of("location", "/a", "x-octets", "\u00ff\t", "x-octets", ""), Buffer.buffer("{\"id\": 1}"));

    @Test
    void bytesGiveTheSameAnswer() {
        assertThat(KeptAnswer.decode(ANSWER.encode())).isEqualTo(ANSWER);
    }

    @Test
    void anAnswerMayBeEmpty() {
        KeptAnswer empty = new KeptAnswer(204, HeaderMap.empty(), Buffer.buffer());

        assertThat(KeptAnswer.decode(empty.encode())).isEqualTo(empty);
    }

    @Test
    void bytesThatAreCutInTheFieldsAreNone() {
        Buffer bytes = ANSWER.encode();

        for (int length = 0; length < bytes.length() - ANSWER.body().length(); length++) {
            Buffer cut = bytes.getBuffer(0, length);
            assertThatExceptionOfType(StoreException.class).isThrownBy(() -> KeptAnswer.decode(cut));
        }
    }

    @Test
    void bytesOfAnotherVersionAreNone() {
        Buffer bytes = ANSWER.encode().setByte(0, (byte) 2);

        assertThatExceptionOfType(StoreException.class).isThrownBy(() -> KeptAnswer.decode(bytes));
    }

    @Test
    void lengthsThatLieTakeNoMemory() {
        Buffer bytes = ANSWER.encode().setInt(7, Integer.MAX_VALUE);
        Buffer negative = ANSWER.encode().setInt(7, -5);

        assertThatExceptionOfType(StoreException.class).isThrownBy(() -> KeptAnswer.decode(bytes));
        assertThatExceptionOfType(StoreException.class).isThrownBy(() -> KeptAnswer.decode(negative));
    }
}
