package io.policyengine.kernel.recorder;

/**
 * The record of all messages of one kind in an exchange, from Envoy or to Envoy. The object is reused for other
 * exchanges. Times are nanoseconds after the arrival of the exchange.
 */
public final class MessageRecord {
    private String label = "";
    private boolean sent;
    private int count;
    private long bytes;
    private long first;
    private long last;

    MessageRecord() {}

    /** Returns the record of messages of the given kind; begins one if there is none. */
    static MessageRecord of(Slots<MessageRecord> messages, String label, boolean sent, long now) {
        for (int i = messages.told() - 1; i >= 0; i--) {
            if (messages.get(i).is(label, sent)) {
                return messages.get(i);
            }
        }
        MessageRecord first = messages.next();
        first.begin(label, sent, now);
        return first;
    }

    private void begin(String kind, boolean byEnvoy, long now) {
        label = kind;
        sent = byEnvoy;
        count = 0;
        bytes = 0;
        first = now;
    }

    void add(long size, long now) {
        count++;
        bytes += size;
        last = now;
    }

    private boolean is(String kind, boolean byEnvoy) {
        return sent == byEnvoy && label.equals(kind);
    }

    public String label() {
        return label;
    }

    /** Returns whether Envoy sent the messages; false if they are the engine's answers. */
    public boolean isSent() {
        return sent;
    }

    public int count() {
        return count;
    }

    /** Returns the total bytes of the messages as received; 0 for answers. */
    public long bytes() {
        return bytes;
    }

    /** Returns the time of the first message, in nanoseconds after the arrival of the exchange. */
    public long first() {
        return first;
    }

    /** Returns the time of the last message, in nanoseconds after the arrival of the exchange. */
    public long last() {
        return last;
    }
}
