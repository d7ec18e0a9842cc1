package io.policyengine.policies.ai.shared.jsonrpc;

import io.policyengine.core.work.StopSignal;
import io.policyengine.policies.format.events.EventScanner;
import io.policyengine.policies.format.events.EventScanner.Field;
import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A server-sent event with its original bytes. */
final class ServerEvent {
    private static final byte[] REMOVED = ": a message was removed\n\n".getBytes(StandardCharsets.US_ASCII);

    private final byte[] bytes;
    private final ByteArrayOutputStream data = new ByteArrayOutputStream();
    /** The event's id and retry lines, which a client needs to resume the stream. */
    private final ByteArrayOutputStream course = new ByteArrayOutputStream();

    private String type = "";
    private boolean hasData;
    /** True if the event has a line that clients must ignore, but some clients do not ignore. */
    private boolean hasOther;

    private ServerEvent(byte[] bytes) {
        this.bytes = bytes;
    }

    /** Parses an event. The first event of a stream may begin with a byte order mark. */
    static ServerEvent parse(byte[] bytes, boolean first) {
        ServerEvent event = new ServerEvent(bytes);
        EventScanner scanner = first ? EventScanner.ofOctets() : EventScanner.ofLaterOctets();
        int start = 0;
        for (int i = 0; i <= bytes.length; i++) {
            switch (scanner.take(i < bytes.length ? bytes[i] & 0xFF : '\n')) {
                case LINE_END -> {
                    event.line(scanner.field(), start, start + scanner.valueAt(), i);
                    start = i + 1;
                }
                case EVENT_END, SKIPPED -> start = i + 1;
                case NAME, COLON, VALUE -> {}
            }
        }
        return event;
    }

    private void line(Field field, int start, int value, int end) {
        boolean mayBeSeveral = OtherLineEnds.areIn(bytes, start, end);
        hasOther |= mayBeSeveral;
        switch (field) {
            case COMMENT -> {}
            case DATA -> {
                if (hasData) {
                    data.write('\n');
                }
                hasData = true;
                data.write(bytes, value, end - value);
            }
            case EVENT -> type = mayBeSeveral ? "" : new String(bytes, value, end - value, StandardCharsets.UTF_8);
            case ID, RETRY -> {
                // Clients must ignore an id with a NUL (WHATWG HTML §9.2.6), but some do not.
                boolean hasNull = hasNull(value, end);
                hasOther |= hasNull;
                if (!mayBeSeveral && !hasNull) {
                    course.write(bytes, start, end - start);
                    course.write('\n');
                }
            }
            case OTHER -> hasOther = true;
        }
    }

    private boolean hasNull(int start, int end) {
        for (int i = start; i < end; i++) {
            if (bytes[i] == 0) {
                return true;
            }
        }
        return false;
    }

    byte[] filtered(TextFilter texts, StopSignal stop) {
        byte[] text = data.toByteArray();
        if (text.length == 0 || isAddress(text)) {
            return hasOther ? written(text) : bytes;
        }
        try {
            return switch (texts.filter(text, stop)) {
                case TextFilter.Left.All() -> hasOther ? written(text) : bytes;
                case TextFilter.Left.Other(Buffer other) -> written(other.getBytes());
                case TextFilter.Left.Nothing() -> removed();
            };
        } catch (JsonRpcFault unreadable) {
            // Clients may still read the text, each in its own way.
            return removed();
        }
    }

    /** Returns whether the event states the address to which clients post messages (MCP transport of 2024-11-05). */
    private boolean isAddress(byte[] text) {
        int at = 0;
        while (at < text.length && text[at] <= ' ' && text[at] >= 0) {
            at++;
        }
        return type.equals("endpoint")
                && at < text.length
                && text[at] == '/'
                && !OtherLineEnds.areIn(text, 0, text.length);
    }

    private byte[] written(byte[] json) {
        byte[] text = OtherLineEnds.escaped(json);
        ByteArrayOutputStream out = new ByteArrayOutputStream(text.length + 64);
        if (!type.isEmpty()) {
            out.writeBytes(("event: " + type + "\n").getBytes(StandardCharsets.UTF_8));
        }
        out.writeBytes(course.toByteArray());
        if (hasData) {
            int start = 0;
            for (int i = 0; i <= text.length; i++) {
                if (i == text.length || text[i] == '\n') {
                    out.writeBytes("data: ".getBytes(StandardCharsets.US_ASCII));
                    out.writeBytes(Arrays.copyOfRange(text, start, i));
                    out.write('\n');
                    start = i + 1;
                }
            }
        }
        out.write('\n');
        return out.toByteArray();
    }

    private byte[] removed() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(course.toByteArray());
        out.writeBytes(REMOVED);
        return out.toByteArray();
    }
}
