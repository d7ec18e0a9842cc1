package io.policyengine.kernel.recorder;

/**
 * The messages of one kind in an exchange: from Envoy, or to it. Reused. Times are nanoseconds after the arrival of the
 * exchange.
 */
public final class MessageRecord {
    private String label = "";
    private boolean sent;
    private int count;
    private long bytes;
    private long first;
    private long last;

    MessageRecord() {}

    void begin(String kind, boolean byEnvoy, long now) {
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

    boolean is(String kind, boolean byEnvoy) {
        return sent == byEnvoy && label.equals(kind);
    }

    /** The kind, such as {@code request_headers} or {@code immediate_response}. */
    public String label() {
        return label;
    }

    /** True if Envoy sent them; false if they are answers. */
    public boolean isSent() {
        return sent;
    }

    /** The number of them. */
    public int count() {
        return count;
    }

    /** The bytes of them together, as they came; 0 for answers. */
    public long bytes() {
        return bytes;
    }

    /** The time of the first message. */
    public long first() {
        return first;
    }

    /** The time of the last message. */
    public long last() {
        return last;
    }
}
