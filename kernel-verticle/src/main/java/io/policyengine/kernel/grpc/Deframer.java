package io.policyengine.kernel.grpc;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Arrays;

/**
 * Takes messages out of the pieces of an HTTP/2 body (gRPC over HTTP2: Length-Prefixed-Message).
 *
 * <p>It is pulled: {@link #offer} hands it a piece, {@link #next} says how far that reaches. Nothing of a message is kept before
 * {@link #admit}, so that its length can be refused when it is known and no byte is gathered yet; and never more than the room
 * that was granted, so that memory can be waited for. What it holds follows the bytes that have come, not the length announced.
 */
final class Deframer {
    /** Compressed-Flag and Message-Length. */
    private static final int PREFIX = 5;

    private static final byte[] NONE = {};

    /** Room for a message that is gathered, as a multiple of the bytes that have come, so that few of them are copied again. */
    private static final int GROWTH = 4;

    /** The point that the pieces so far reach. */
    enum Step {
        /** All of the piece is taken. */
        NEEDS_PIECE,
        /** A message begins, of known {@link #flag} and {@link #length}; it is to be admitted. */
        BEGINS,
        /** More of the message has come than there is room for: it {@link #wants} some. */
        NEEDS_ROOM,
        /** A message is complete; it is to be taken. */
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

    /** Hands over a piece; the one before is used up. Its bytes may become part of messages: it is never written again. */
    void offer(ByteBuf next) {
        piece = next;
    }

    /** The next step; the same one again until it is acted upon. */
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

    /** A piece that is used up is forgotten: the next one may be long in coming. */
    private Step needsPiece() {
        piece = Unpooled.EMPTY_BUFFER;
        return Step.NEEDS_PIECE;
    }

    /** The Compressed-Flag of the message that begins: 0 or 1, else no gRPC. */
    int flag() {
        return flag;
    }

    /** The length of the message that begins in bytes, below 4 GiB. */
    long length() {
        return length;
    }

    /** Lets in the message that begins, of at most {@link Integer#MAX_VALUE} bytes, with so much room for a start. */
    void admit(long bytes) {
        admitted = true;
        room = bytes;
    }

    /** The room that the message under way needs for what has come of it, in bytes: at most four times as much, and its length. */
    long wants() {
        long come = (long) filled + piece.readableBytes();
        if (come >= length) {
            return length;
        }
        return come <= gathered.length ? gathered.length : Math.min(length, GROWTH * come);
    }

    /** Lets the message under way have that much room in all. */
    void grant(long bytes) {
        room = bytes;
    }

    /** The complete message: a view of its piece, or of an array of its size. */
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

    /** True if the piece is not used up. */
    boolean hasRest() {
        return piece.isReadable();
    }

    /** True if the pieces so far end within a message or its prefix. */
    boolean isWithinMessage() {
        return prefixRead > 0;
    }

    /** Forgets the piece and what was gathered. */
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
