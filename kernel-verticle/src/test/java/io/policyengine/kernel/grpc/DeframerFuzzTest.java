package io.policyengine.kernel.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.google.protobuf.ByteString;
import io.netty.buffer.Unpooled;
import io.policyengine.kernel.grpc.Deframer.Step;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Any octets, cut anywhere: the same messages come out as of one piece. A build runs the inputs of {@code DeframerFuzzTestInputs};
 * with {@code JAZZER_FUZZ=1} more are looked for.
 */
class DeframerFuzzTest {
    private static final int LONGEST = 1 << 16;

    /** The first octet says how long the pieces are; the rest is what arrives. */
    @FuzzTest
    void cutsChangeNothing(byte[] input) {
        int cut = input.length == 0 ? 1 : 1 + Byte.toUnsignedInt(input[0]);
        byte[] octets = input.length == 0 ? input : Arrays.copyOfRange(input, 1, input.length);

        assertThat(messages(octets, cut)).isEqualTo(messages(octets, Math.max(1, octets.length)));
    }

    /** The messages up to one that is refused for its length. */
    private static List<ByteString> messages(byte[] octets, int cut) {
        Deframer deframer = new Deframer();
        List<ByteString> messages = new ArrayList<>();
        for (int at = 0; at < octets.length; at += cut) {
            deframer.offer(Unpooled.wrappedBuffer(Arrays.copyOfRange(octets, at, Math.min(octets.length, at + cut))));
            for (Step step = deframer.next(); step != Step.NEEDS_PIECE; step = deframer.next()) {
                if (step == Step.COMPLETE) {
                    messages.add(deframer.take());
                } else if (step == Step.NEEDS_ROOM) {
                    assertThat(deframer.wants()).isLessThanOrEqualTo(4L * octets.length);
                    deframer.grant(deframer.wants());
                } else if (deframer.length() > LONGEST) {
                    return messages;
                } else {
                    deframer.admit(0);
                }
            }
        }
        return messages;
    }
}
