package io.policyengine.kernel.remote;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MessageProgressTest {
    private static final int[] LENGTHS = {0, 1, 3, 250, 0, 0, 70_000, 5, 256, 65_535};

    /** However it is cut, it knows how much of the last message has come. */
    @Test
    void followsMessagesInPiecesOfAnyLength() {
        Buffer body = Buffer.buffer();
        List<Integer> begins = new ArrayList<>();
        for (int length : LENGTHS) {
            begins.add(body.length());
            body.appendByte((byte) 0).appendInt(length).appendBytes(new byte[length]);
        }
        begins.add(body.length());
        Random random = new Random(7);

        for (int round = 0; round < 2_000; round++) {
            MessageProgress progress = new MessageProgress();
            int at = 0;
            while (at < body.length()) {
                int next = Math.min(body.length(), at + 1 + random.nextInt(round % 2 == 0 ? 9 : 30_000));
                int reached = next;
                int begin = begins.stream()
                        .filter(it -> it <= reached)
                        .mapToInt(it -> it)
                        .max()
                        .orElseThrow();
                assertThat(progress.after(body.getBuffer(at, next))).isEqualTo(reached - begin);
                at = next;
                if (round % 2 == 0 && at > 300) {
                    break;
                }
            }
        }
    }
}
