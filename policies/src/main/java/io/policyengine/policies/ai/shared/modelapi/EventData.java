package io.policyengine.policies.ai.shared.modelapi;

import java.nio.charset.StandardCharsets;

/**
 * Reads the data of server-sent events (WHATWG HTML §9.2) byte by byte, independent of chunking, without buffering. An
 * event at the end of a stream ends there.
 */
final class EventData implements UsageBody {
    private static final byte[] FIELD = "data:".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] LINE_END = {'\n'};
    /** A byte order mark, which may stand before the first line. */
    private static final byte[] MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

    private final UsageText text;
    private int marked;
    private Line line = Line.NAME;
    /** Bytes of the field's name that the line has begun with. */
    private int matched;

    private boolean afterReturn;
    private boolean hasData;

    private enum Line {
        /** Before the colon of a field that may be the data. */
        NAME,
        /** Before a blank that is no part of the data. */
        BLANK,
        DATA,
        /** A line of another field. */
        OTHER
    }

    EventData(ToldUsage told) {
        this.text = new UsageText(told);
    }

    @Override
    public void take(byte[] bytes, int start, int end) {
        int i = start;
        while (i < end) {
            if (line == Line.DATA) {
                int lineEnd = endOfLine(bytes, i, end);
                text.take(bytes, i, lineEnd);
                i = lineEnd;
            }
            if (i < end) {
                take(bytes, i);
                i++;
            }
        }
    }

    @Override
    public void end() {
        endEvent();
    }

    private static int endOfLine(byte[] bytes, int start, int end) {
        int i = start;
        while (i < end && bytes[i] != '\n' && bytes[i] != '\r') {
            i++;
        }
        return i;
    }

    private void take(byte[] bytes, int at) {
        byte octet = bytes[at];
        if (marked < MARK.length && octet == MARK[marked]) {
            marked++;
            return;
        }
        marked = MARK.length;
        boolean endsLine = octet == '\n' || octet == '\r';
        boolean isSecondHalf = octet == '\n' && afterReturn;
        afterReturn = octet == '\r';
        if (isSecondHalf) {
            return;
        }
        if (endsLine) {
            endLine();
        } else if (line == Line.NAME) {
            name(octet);
        } else if (line == Line.BLANK) {
            line = Line.DATA;
            if (octet != ' ') {
                text.take(bytes, at, at + 1);
            }
        }
    }

    private void name(byte octet) {
        if (octet != FIELD[matched]) {
            line = Line.OTHER;
        } else if (++matched == FIELD.length) {
            line = Line.BLANK;
            if (hasData) {
                text.take(LINE_END, 0, 1);
            }
            hasData = true;
        }
    }

    private void endLine() {
        if (line == Line.NAME && matched == 0) {
            endEvent();
        }
        line = Line.NAME;
        matched = 0;
    }

    private void endEvent() {
        if (hasData) {
            text.end();
            hasData = false;
        }
    }
}
