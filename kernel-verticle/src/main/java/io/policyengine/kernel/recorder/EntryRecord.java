package io.policyengine.kernel.recorder;

import io.policyengine.core.chain.OnFailure;
import io.policyengine.core.error.ErrorCode;
import java.util.Arrays;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** An entry of a chain in one exchange. Reused. */
public final class EntryRecord {
    /** Limit of recorded changes of an entry; others are counted. */
    static final int MAX_CHANGES = 32;

    private int call;
    private String name = "";
    private String policy = "";
    private EntryVerdict verdict = EntryVerdict.NOT_REACHED;
    private @Nullable String reason;
    private @Nullable ErrorCode code;
    private @Nullable OnFailure action;
    private int status;
    private long began;
    private long took;
    private int chunks;
    private long chunkNanos;
    private MessageChange[] changes = new MessageChange[2];
    private @Nullable String[] names = new String[2];
    private int changed;

    EntryRecord() {}

    void begin(int ofCall, String entry, String ofPolicy) {
        call = ofCall;
        name = entry;
        policy = ofPolicy;
        verdict = EntryVerdict.NOT_REACHED;
        reason = null;
        code = null;
        action = null;
        status = 0;
        began = -1;
        took = -1;
        chunks = 0;
        chunkNanos = 0;
        changed = 0;
    }

    void forget() {
        name = "";
        policy = "";
        reason = null;
        for (int i = 0; i < names.length; i++) {
            names[i] = null;
        }
    }

    /**
     * Notes its times.
     *
     * @param after nanoseconds after its call began, -1 if unknown
     * @param nanos that it took, -1 if unknown
     */
    public void timed(long after, long nanos) {
        began = after;
        took = nanos;
    }

    /** Records that the entry ran. */
    public void went(EntryVerdict how, @Nullable String why) {
        verdict = how;
        reason = why;
    }

    /** Records that the entry answered the client. */
    public void denied(int withStatus, String why) {
        verdict = EntryVerdict.DENIED;
        status = withStatus;
        reason = why;
    }

    /** Records that the entry failed. */
    public void failed(ErrorCode why, String text, OnFailure follows) {
        verdict = EntryVerdict.FAILED;
        code = why;
        reason = text;
        action = follows;
        changed = 0;
    }

    /** Records that the entry read a chunk of the body. */
    public void chunk(long nanos) {
        chunks++;
        chunkNanos += nanos;
    }

    void changed(MessageChange what, @Nullable String which) {
        if (changed < MAX_CHANGES) {
            if (changed == changes.length) {
                changes = Arrays.copyOf(changes, changed * 4);
                names = Arrays.copyOf(names, changed * 4);
            }
            changes[changed] = what;
            names[changed] = which;
        }
        changed++;
    }

    void answered(int withStatus) {
        status = withStatus;
    }

    /** The place of its call among those of the exchange. */
    public int call() {
        return call;
    }

    /** The name in its flow. */
    public String name() {
        return name;
    }

    /** The name of the policy. */
    public String policy() {
        return policy;
    }

    /** The part that it had. */
    public EntryVerdict verdict() {
        return verdict;
    }

    /** The reason of the entry, or of its failure, for users; or null. */
    public @Nullable String reason() {
        return reason;
    }

    /** The error that it failed with, or null. */
    public @Nullable ErrorCode code() {
        return code;
    }

    /** The reaction to its failure, or null. */
    public @Nullable OnFailure action() {
        return action;
    }

    /** The status that it gave the client, or the response; 0 if none. */
    public int status() {
        return status;
    }

    /** The time of its begin, in nanoseconds after its call's; -1 if unknown. */
    public long began() {
        return began;
    }

    /** The time that it took, in nanoseconds; -1 if unknown. */
    public long took() {
        return took;
    }

    /** The number of body chunks that it read, as far as its worker reports it. */
    public int chunks() {
        return chunks;
    }

    /** The time that these took together, in nanoseconds. */
    public long chunkNanos() {
        return chunkNanos;
    }

    /** Changes that it made. */
    public int changes() {
        return changed;
    }

    /** The number of recorded changes. */
    public int toldChanges() {
        return Math.min(changed, MAX_CHANGES);
    }

    /** Calls the action with each of the first {@value #MAX_CHANGES} changes and its name, or null. */
    public void forEachChange(BiConsumer<MessageChange, @Nullable String> action) {
        for (int i = 0; i < toldChanges(); i++) {
            action.accept(changes[i], names[i]);
        }
    }
}
