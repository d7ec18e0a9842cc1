package io.policyengine.worker.store.connection;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;

/**
 * Closes a connection whose reply is too large, before the client's parser allocates memory for it. A few octets could
 * announce an array of 2^31 elements or an endless line. Only the framing of replies (RESP2 and RESP3) is examined, not
 * their content.
 */
public final class ReplyGuard extends ChannelInboundHandlerAdapter {
    /** Maximum size of a reply of a store, in bytes, including the announced sizes of arrays. */
    public static final long MAX_REPLY = Math.clamp(Runtime.getRuntime().maxMemory() / 16, 4L << 20, 64L << 20);

    /** Maximum nesting depth of arrays in a reply of a store. */
    private static final int MAX_DEPTH = 32;

    /** The number of octets that the client's parser allocates for each announced element of an array. */
    private static final int AN_ELEMENT = 16;

    /** Maximum number of digits of a length in a reply. Of a longer number, only the first eleven digits are read. */
    private static final int MAX_DIGITS = 10;

    /** The number of missing elements of each incomplete array. */
    private final long[] missing = new long[MAX_DEPTH];

    private int depth;
    /** The number of octets of the reply so far, including announced octets. */
    private long octets;
    /** The number of missing octets of the current string. */
    private long string;

    private char type;
    private long number;
    private int digits;
    private boolean isNegative;
    private boolean isAtLineStart = true;
    private boolean isOver;

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (isOver || (message instanceof ByteBuf bytes && !admits(bytes))) {
            ReferenceCountUtil.release(message);
            if (!isOver) {
                isOver = true;
                context.fireExceptionCaught(new IOException("a reply of a server exceeds the size limit"));
                ChannelFuture _ = context.close();
            }
        } else {
            context.fireChannelRead(message);
        }
    }

    /** Returns false if these octets make the reply exceed its maximum size. */
    private boolean admits(ByteBuf bytes) {
        int at = bytes.readerIndex();
        int end = bytes.writerIndex();
        while (at < end) {
            if (string > 0) {
                int taken = (int) Math.min(string, end - at);
                at += taken;
                string -= taken;
                if (string == 0) {
                    elementEnds();
                }
            } else if (!takesOfLine((char) bytes.getByte(at++))) {
                return false;
            }
        }
        return true;
    }

    private boolean takesOfLine(char next) {
        if (++octets > MAX_REPLY) {
            return false;
        }
        if (isAtLineStart) {
            type = next;
            number = 0;
            digits = 0;
            isNegative = false;
            isAtLineStart = false;
        } else if (next == '\n') {
            isAtLineStart = true;
            return lineEnds();
        } else if (next == '-') {
            isNegative = true;
        } else if (next >= '0' && next <= '9' && digits <= MAX_DIGITS) {
            number = 10 * number + (next - '0');
            digits++;
        }
        return true;
    }

    private boolean lineEnds() {
        switch (type) {
            case '$', '=' -> {
                if (isNegative) {
                    elementEnds();
                } else {
                    string = number + 2;
                    octets += string;
                }
            }
            case '*', '~', '>', '%', '|' -> {
                long elements = isNegative ? 0 : type == '%' || type == '|' ? 2 * number : number;
                octets += elements * AN_ELEMENT;
                if (elements == 0) {
                    elementEnds();
                } else if (depth == MAX_DEPTH) {
                    return false;
                } else {
                    missing[depth++] = elements;
                }
            }
            default -> elementEnds();
        }
        return octets <= MAX_REPLY;
    }

    private void elementEnds() {
        while (depth > 0 && --missing[depth - 1] == 0) {
            depth--;
        }
        if (depth == 0) {
            octets = 0;
        }
    }
}
