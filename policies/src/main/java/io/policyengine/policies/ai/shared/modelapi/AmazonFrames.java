package io.policyengine.policies.ai.shared.modelapi;

import java.util.zip.CRC32;

/**
 * Parses Amazon's event stream ({@code application/vnd.amazon.eventstream}) byte by byte, without buffering. A message
 * is reported as valid once it is complete and its checksum is correct. After a wrong checksum, nothing more is read.
 *
 * <p>A message begins with its length and the length of its headers, four bytes each, and the checksum of these eight
 * bytes. Then come the headers, the payload, and the checksum of all bytes before it. Checksums are CRC-32, numbers are
 * big-endian.
 */
public final class AmazonFrames {
    private static final int PRELUDE = 8;
    private static final int CHECKSUM = 4;
    private static final int AROUND = PRELUDE + 2 * CHECKSUM;
    /** The maximum length of a message in Amazon's event stream, in bytes: 16 MiB, as Amazon defines it. */
    private static final long LONGEST = 16 << 20;

    private final Parts parts;
    private final CRC32 checksum = new CRC32();
    /** Number of bytes of the current message that have been received. */
    private long at;

    private long length;
    private long payload;
    private long number;

    private boolean isUnreadable;

    /** Receives the parts of the messages in a stream. */
    public interface Parts {
        /** Receives the next header bytes of a message. */
        void headers(byte[] bytes, int start, int end);

        /** Receives the next payload bytes of the message. */
        void payload(byte[] bytes, int start, int end);

        /** Reports the end of a message with a correct checksum. */
        void message();
    }

    /** Creates a parser at the start of a stream. */
    public AmazonFrames(Parts parts) {
        this.parts = parts;
    }

    public void take(byte[] bytes, int start, int end) {
        int i = start;
        while (i < end && !isUnreadable) {
            i = at < PRELUDE + CHECKSUM || at >= length - CHECKSUM ? number(bytes, i) : content(bytes, i, end);
        }
    }

    private int number(byte[] bytes, int at) {
        boolean isChecksum = this.at >= PRELUDE;
        if (!isChecksum) {
            checksum.update(bytes[at]);
        }
        number = ((number << 8) | (bytes[at] & 0xFF)) & 0xFFFF_FFFFL;
        this.at++;
        if (this.at == 4) {
            length = number;
        } else if (this.at == PRELUDE) {
            payload = PRELUDE + CHECKSUM + number;
            isUnreadable = length < AROUND || length > LONGEST || payload > length - CHECKSUM;
        } else if (this.at == PRELUDE + CHECKSUM) {
            isUnreadable = number != checksum.getValue();
            for (int shift = 24; shift >= 0; shift -= 8) {
                checksum.update((int) (number >> shift));
            }
        } else if (this.at == length) {
            endMessage();
        }
        return at + 1;
    }

    private void endMessage() {
        isUnreadable = number != checksum.getValue();
        if (!isUnreadable) {
            parts.message();
        }
        checksum.reset();
        at = 0;
        length = 0;
    }

    private int content(byte[] bytes, int start, int end) {
        int stop = (int) Math.min(end, start + (length - CHECKSUM - at));
        checksum.update(bytes, start, stop - start);
        int from = (int) Math.min(stop, Math.max(start, start + (payload - at)));
        if (start < from) {
            parts.headers(bytes, start, from);
        }
        if (from < stop) {
            parts.payload(bytes, from, stop);
        }
        at += stop - start;
        return stop;
    }

    /** Ends the stream; returns false if a message was incomplete or invalid. */
    public boolean end() {
        boolean isWhole = !isUnreadable && at == 0;
        isUnreadable = true;
        return isWhole;
    }
}
