package io.policyengine.kernel.recorder;

import io.policyengine.core.chain.OnFailure;
import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.instruction.ImmediateResponse;
import java.util.Arrays;
import java.util.Objects;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** The record of a chain entry's result in one exchange. The object is reused for other exchanges. */
public final class EntryRecord {
    /** Maximum recorded changes of a chain entry in one exchange; further changes are only counted. */
    static final int MAX_CHANGES = 32;

    private int call;
    private String name = "";
    private String policy = "";
    private EntryVerdict verdict = EntryVerdict.NOT_REACHED;
    private @Nullable String reason;
    private @Nullable String code;
    private @Nullable String rule;
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
        rule = null;
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
        code = null;
        rule = null;
        for (int i = 0; i < names.length; i++) {
            names[i] = null;
        }
    }

    /**
     * Records the entry's times.
     *
     * @param after start, in nanoseconds after the start of the entry's call, or -1 if unknown
     * @param nanos the duration, or -1 if unknown
     */
    public void timed(long after, long nanos) {
        began = after;
        took = nanos;
    }

    public void went(EntryVerdict how, @Nullable String why) {
        verdict = how;
        reason = why;
    }

    /** Records that the entry answered the client. */
    public void denied(ImmediateResponse answer) {
        verdict = EntryVerdict.DENIED;
        status = answer.status();
        reason = answer.reason();
        code = answer.code();
        rule = answer.rule();
    }

    /** Records that the entry failed, and discards its recorded changes. */
    public void failed(ErrorCode why, String text, OnFailure follows) {
        verdict = EntryVerdict.FAILED;
        code = why.name();
        reason = text;
        action = follows;
        changed = 0;
    }

    public void chunk(long nanos) {
        chunks++;
        chunkNanos += nanos;
    }

    /** Records a change, unless an equal one is already recorded. */
    void changed(MessageChange what, @Nullable String which) {
        for (int i = 0; i < toldChanges(); i++) {
            if (changes[i] == what && Objects.equals(names[i], which)) {
                return;
            }
        }
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

    void answered(int withStatus, @Nullable String exactly) {
        status = withStatus;
        code = exactly;
    }

    /** Returns the code of the last entry that refused the response and replaced it, or null. */
    static @Nullable String codeOfReplaced(Slots<EntryRecord> entries) {
        for (int i = entries.told() - 1; i >= 0; i--) {
            EntryRecord entry = entries.get(i);
            boolean isApplied = entry.verdict == EntryVerdict.CHANGED || entry.verdict == EntryVerdict.SKIP_REMAINING;
            if (isApplied && entry.code != null) {
                return entry.code;
            }
        }
        return null;
    }

    public int call() {
        return call;
    }

    public String name() {
        return name;
    }

    public String policy() {
        return policy;
    }

    public EntryVerdict verdict() {
        return verdict;
    }

    /** Returns the human-readable reason that the entry gave, or else the reason for its failure, or null. */
    public @Nullable String reason() {
        return reason;
    }

    /**
     * Returns the code of the entry's denial, the code with which it refused the response, or the error code of its
     * failure; null if there is none.
     */
    public @Nullable String code() {
        return code;
    }

    /** Returns the name of the rule, such as a limit, by which the entry denied; null if it gave none. */
    public @Nullable String rule() {
        return rule;
    }

    /** Returns the reaction to the entry's failure, or null if it did not fail. */
    public @Nullable OnFailure action() {
        return action;
    }

    /** Returns the status that the entry set or sent to the client; 0 if it did neither. */
    public int status() {
        return status;
    }

    /** Returns the entry's start, in nanoseconds after the start of its call; -1 if unknown. */
    public long began() {
        return began;
    }

    /** Returns the entry's duration, in nanoseconds; -1 if unknown. */
    public long took() {
        return took;
    }

    /** Returns the number of body chunks that the entry read, if its worker reported it, else 0. */
    public int chunks() {
        return chunks;
    }

    /** Returns the total processing time of the entry's body chunks, in nanoseconds. */
    public long chunkNanos() {
        return chunkNanos;
    }

    /** Returns the number of different changes, including unrecorded ones. */
    public int changes() {
        return changed;
    }

    /** Returns the number of recorded changes. */
    public int toldChanges() {
        return Math.min(changed, MAX_CHANGES);
    }

    /** Calls the action with each of the first {@value #MAX_CHANGES} changes and the changed name, or null. */
    public void forEachChange(BiConsumer<MessageChange, @Nullable String> action) {
        for (int i = 0; i < toldChanges(); i++) {
            action.accept(changes[i], names[i]);
        }
    }
}
