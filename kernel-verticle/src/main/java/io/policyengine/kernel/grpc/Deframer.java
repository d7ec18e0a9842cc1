package io.policyengine.kernel.grpc;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Arrays;

/**
 * Extracts messages from the pieces of an HTTP/2 body (gRPC over HTTP2: Length-Prefixed-Message).
 *
 * <p>A pull parser: {@link #offer} adds a piece, and {@link #next} returns the caller's next step. No byte of a message
 * is buffered before {@link #admit}, so the caller can first refuse a message that is too long. The buffer never
 * exceeds the granted bytes, so the caller can wait for memory. It grows with the received bytes, not with the
 * announced length.
 */
final class Deframer {
    /** The number of bytes before a message: Compressed-Flag and Message-Length. */
    private static final int PREFIX = 5;

    private static final byte[] NONE = {};

    /**
     * The maximum buffer size of a partial message, as a multiple of its received bytes. Growing by this factor limits
     * how often bytes are copied.
     */
    private static final int GROWTH = 4;

    /** The next step of the caller, after the pieces that were received so far. */
    enum Step {
        /** All bytes of the piece have been read; {@link #offer} must add another piece. */
        NEEDS_PIECE,
        /** A message with known {@link #flag} and {@link #length} begins, and must be admitted. */
        BEGINS,
        /**
         * More bytes of the message have arrived than were granted; {@link #wants} returns the grant that is needed.
         */
        NEEDS_ROOM,
        /** A message is complete; {@link #take} must be called. */
        COMPLETE
    }

    private ByteBuf piece = Unpooled.EMPTY_BUFFER;
    private int prefixRead;
    private int flag;
    private long length;
    private boolean admitted;
    private long room;
    private byte[] gathered = NONE;
    private int filled;

    /**
     * Adds a piece after all bytes of the previous piece were read. Messages may share its bytes, which must not
     * change.
     */
    void offer(ByteBuf next) {
        piece = next;
    }

    /** Returns the caller's next step. It stays the same until the caller takes it. */
    Step next() {
        if (!readPrefix()) {
            return needsPiece();
        }
        if (!admitted) {
            return Step.BEGINS;
        }
        if (wants() > room) {
            return Step.NEEDS_ROOM;
        }
        return isWithinPiece() || gather() ? Step.COMPLETE : needsPiece();
    }

    private Step needsPiece() {
        piece = Unpooled.EMPTY_BUFFER;
        return Step.NEEDS_PIECE;
    }

    /** The Compressed-Flag of the message that begins: 0 or 1; other values are not gRPC. */
    int flag() {
        return flag;
    }

    /** The length of the message that begins, in bytes, below 4 GiB. */
    long length() {
        return length;
    }

    /** Admits the next message, of at most {@link Integer#MAX_VALUE} bytes, and grants it the first bytes of memory. */
    void admit(long bytes) {
        admitted = true;
        room = bytes;
    }

    /**
     * Returns how many granted bytes the received bytes need in total: at most {@value #GROWTH} times their number, and
     * at most the message's length.
     */
    long wants() {
        long come = (long) filled + piece.readableBytes();
        if (come >= length) {
            return length;
        }
        return come <= gathered.length ? gathered.length : Math.min(length, GROWTH * come);
    }

    /** Grants the current message more bytes of memory, up to the given total. */
    void grant(long bytes) {
        room = bytes;
    }

    /** Returns the complete message: a view of its piece, or of an array of the message's size. */
    ByteString take() {
        ByteString message = isWithinPiece() ? viewOfPiece((int) length) : UnsafeByteOperations.unsafeWrap(gathered);
        admitted = false;
        room = 0;
        prefixRead = 0;
        length = 0;
        gathered = NONE;
        filled = 0;
        return message;
    }

    /** Returns whether the current piece has unread bytes. */
    boolean hasRest() {
        return piece.isReadable();
    }

    /** Returns whether the pieces so far end inside a message or its prefix. */
    boolean isWithinMessage() {
        return prefixRead > 0;
    }

    void clear() {
        piece = Unpooled.EMPTY_BUFFER;
        gathered = NONE;
    }

    private boolean readPrefix() {
        while (prefixRead < PREFIX && piece.isReadable()) {
            int octet = piece.readUnsignedByte();
            if (prefixRead == 0) {
                flag = octet;
            } else {
                length = length << 8 | octet;
            }
            prefixRead++;
        }
        return prefixRead == PREFIX;
    }

    private boolean isWithinPiece() {
        return filled == 0 && piece.readableBytes() >= length && piece.hasArray();
    }

    private ByteString viewOfPiece(int size) {
        ByteString view =
                UnsafeByteOperations.unsafeWrap(piece.array(), piece.arrayOffset() + piece.readerIndex(), size);
        piece.skipBytes(size);
        return view;
    }

    private boolean gather() {
        int size = (int) length;
        int wanted = (int) wants();
        if (gathered.length < wanted) {
            gathered = Arrays.copyOf(gathered, wanted);
        }
        int count = Math.min(size - filled, piece.readableBytes());
        piece.readBytes(gathered, filled, count);
        filled += count;
        return filled == size;
    }
}
