package io.policyengine.kernel.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.policyengine.kernel.grpc.Deframer.Step;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Length-Prefixed-Message of gRPC over HTTP2. */
class DeframerTest {
    private final Deframer deframer = new Deframer();

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5, 6, 17, 1000, 16384, 100_000})
    void findsMessagesHoweverTheBodyIsCut(int largestCut) {
        Random random = new Random(largestCut);
        List<byte[]> sent = new ArrayList<>();
        for (int size : new int[] {0, 1, 0, 4, 5, 300, 16_384, 70_000, 2, 0}) {
            byte[] message = new byte[size];
            random.nextBytes(message);
            sent.add(message);
        }
        Buffer body = Buffer.buffer();
        sent.forEach(message -> body.appendBuffer(Frames.of(message)));

        List<ByteString> received = new ArrayList<>();
        for (int at = 0; at < body.length(); ) {
            int end = Math.min(body.length(), at + 1 + random.nextInt(largestCut));
            received.addAll(pieceOf(body.getBytes(at, end)));
            at = end;
        }

        assertThat(received).extracting(ByteString::toByteArray).containsExactlyElementsOf(sent);
        assertThat(deframer.isWithinMessage()).isFalse();
        assertThat(deframer.hasRest()).isFalse();
    }

    @Test
    void tellsTheLengthBeforeAByteOfTheMessageIsThere() {
        deframer.offer(bytes(0, 0x7f, 0xff, 0xff, 0xff));

        assertThat(deframer.next()).isEqualTo(Step.BEGINS);
        assertThat(deframer.length()).isEqualTo(Integer.MAX_VALUE);
        assertThat(deframer.next()).isEqualTo(Step.BEGINS);
        assertThat(deframer.isWithinMessage()).isTrue();
    }

    @Test
    void takesTheLengthForUnsigned() {
        deframer.offer(bytes(0, 0xff, 0xff, 0xff, 0xff));

        assertThat(deframer.next()).isEqualTo(Step.BEGINS);
        assertThat(deframer.length()).isEqualTo(0xffff_ffffL);
    }

    @Test
    void tellsTheFlag() {
        deframer.offer(bytes(1, 0, 0, 0, 0));

        assertThat(deframer.next()).isEqualTo(Step.BEGINS);
        assertThat(deframer.flag()).isOne();
    }

    @Test
    void leavesThePieceAloneUntilTheMessageIsAdmitted() {
        deframer.offer(bytes(0, 0, 0, 0, 2, 'a', 'b'));

        assertThat(deframer.next()).isEqualTo(Step.BEGINS);
        assertThat(deframer.hasRest()).isTrue();
        deframer.admit(deframer.length());

        assertThat(deframer.next()).isEqualTo(Step.COMPLETE);
        assertThat(deframer.take()).isEqualTo(ByteString.copyFromUtf8("ab"));
        assertThat(deframer.next()).isEqualTo(Step.NEEDS_PIECE);
    }

    @Test
    void whatItHoldsFollowsTheBytesThatHaveComeNotTheLengthAnnounced() {
        deframer.offer(Unpooled.wrappedBuffer(Frames.prefix(0, 1 << 20).getBytes()));
        deframer.next();
        deframer.admit(0);
        Step byThePrefix = deframer.next();

        deframer.offer(bytes('a'));

        assertThat(byThePrefix).isEqualTo(Step.NEEDS_PIECE);
        assertThat(deframer.next()).isEqualTo(Step.NEEDS_ROOM);
        assertThat(deframer.wants()).isEqualTo(4);
        assertThat(deframer.hasRest()).isTrue();
        deframer.grant(4);
        assertThat(deframer.next()).isEqualTo(Step.NEEDS_PIECE);
        deframer.offer(Unpooled.wrappedBuffer(new byte[100_000]));
        assertThat(deframer.next()).isEqualTo(Step.NEEDS_ROOM);
        assertThat(deframer.wants()).isEqualTo(4 * 100_001);
        deframer.grant(4 * 100_001);
        assertThat(deframer.next()).isEqualTo(Step.NEEDS_PIECE);
        deframer.offer(Unpooled.wrappedBuffer(new byte[1 << 20]));
        assertThat(deframer.next()).isEqualTo(Step.NEEDS_ROOM);
        assertThat(deframer.wants()).isEqualTo(1 << 20);
        deframer.grant(1 << 20);
        assertThat(deframer.next()).isEqualTo(Step.COMPLETE);
        assertThat(deframer.take().size()).isEqualTo(1 << 20);
        assertThat(deframer.hasRest()).isTrue();
    }

    @Test
    void aMessageWithinOnePieceIsAViewOfIt() {
        byte[] piece = Frames.of("ab".getBytes(StandardCharsets.US_ASCII)).getBytes();

        ByteString message = pieceOf(piece).getFirst();
        piece[5] = 'x';

        assertThat(message).isEqualTo(ByteString.copyFromUtf8("xb"));
    }

    @Test
    void takesPiecesThatAreNoArrays() {
        ByteBuf direct =
                Unpooled.directBuffer().writeBytes(Frames.of(new byte[] {7, 8}).getBytes());
        deframer.offer(direct);

        assertThat(deframer.next()).isEqualTo(Step.BEGINS);
        deframer.admit(deframer.length());

        assertThat(deframer.next()).isEqualTo(Step.COMPLETE);
        assertThat(deframer.take().toByteArray()).containsExactly(7, 8);
        direct.release();
    }

    private List<ByteString> pieceOf(byte[] piece) {
        List<ByteString> messages = new ArrayList<>();
        deframer.offer(Unpooled.wrappedBuffer(piece));
        for (Step step = deframer.next(); step != Step.NEEDS_PIECE; step = deframer.next()) {
            switch (step) {
                case BEGINS -> deframer.admit(0);
                case NEEDS_ROOM -> deframer.grant(deframer.wants());
                case COMPLETE -> messages.add(deframer.take());
                case NEEDS_PIECE -> throw new AssertionError("the loop ends before");
            }
        }
        return messages;
    }

    private static ByteBuf bytes(int... octets) {
        ByteBuf bytes = Unpooled.buffer();
        for (int octet : octets) {
            bytes.writeByte(octet);
        }
        return bytes;
    }
}
