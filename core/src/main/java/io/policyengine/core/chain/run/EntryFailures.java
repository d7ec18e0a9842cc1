package io.policyengine.core.chain.run;

import io.policyengine.core.chain.EntryFailure;
import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.error.PolicyException;
import io.policyengine.core.time.EntryTime;
import java.util.concurrent.TimeUnit;

/** Creates the failures of entries, with their messages. */
final class EntryFailures {
    static final EntryFailure NO_FUTURE =
            new EntryFailure(ErrorCode.POLICY_ERROR, "the policy returned null instead of a future");
    static final EntryFailure NO_OUTCOME =
            new EntryFailure(ErrorCode.POLICY_ERROR, "the policy's future holds null instead of an outcome");
    static final String NO_REQUEST_BODY = "the policy reads the request's body, which the call does not contain";
    static final String HELD_LAST = "The policy must not hold the last chunk of a body: no other follows";
    static final String RESPOND_TO_RESPONSE =
            "The policy must not respond to a chunk of a response: only request policies answer the client";

    private EntryFailures() {}

    static EntryFailure of(Throwable cause) {
        return cause instanceof PolicyException expected && expected.code().isOfEntries()
                ? new EntryFailure(expected.code(), String.valueOf(expected.getMessage()))
                // The message of any other exception may quote its input.
                : new EntryFailure(
                        ErrorCode.POLICY_ERROR,
                        "the policy failed with " + cause.getClass().getName());
    }

    /** Returns the failure of an entry that had its promised time and did not answer. */
    static EntryFailure timeout(EntryTime time) {
        return new EntryFailure(ErrorCode.POLICY_TIMEOUT, "no answer within " + millis(time.had()) + " ms");
    }

    /**
     * Returns the failure of an entry whose time ended while its work off the event loop was queued or running. Also
     * returned if a call of the entry had waited for a connection. The failure counts as overload: otherwise a flood of
     * requests, or a message that takes long to read, could disable an entry that fails open.
     */
    static EntryFailure workLate(EntryTime time) {
        return new EntryFailure(
                ErrorCode.OVERLOADED,
                "its work off the event loop, or a call that had to wait for a connection, was not done within "
                        + millis(time.had()) + " ms");
    }

    /** Returns the failure of an entry that left its last dependency less than the promised time. */
    static EntryFailure usedUp(EntryTime time) {
        return new EntryFailure(
                ErrorCode.DEADLINE_EXCEEDED,
                "its earlier work and calls took so much of its " + millis(time.had())
                        + " ms that the last call had less than its promised time");
    }

    /** Returns the failure of an entry that could not begin before the time of its run was over. */
    static EntryFailure notBegun(BoundEntry entry) {
        return new EntryFailure(
                ErrorCode.DEADLINE_EXCEEDED,
                "no time was left for " + nameOf(entry) + ": earlier entries took the time of the call");
    }

    /** Returns the failure of an entry that had less than its promised time. */
    static EntryFailure shortOfTime(String what, EntryTime time) {
        String why = time.isOfShortRun()
                ? "earlier calls left its call less time than the kernel promises"
                : "earlier entries left it " + millis(time.given()) + " ms of the call, and " + millis(time.promised())
                        + " ms are promised";
        return new EntryFailure(ErrorCode.DEADLINE_EXCEEDED, what + "; " + why);
    }

    private static long millis(long nanos) {
        return TimeUnit.NANOSECONDS.toMillis(nanos);
    }

    static String nameOf(BoundEntry entry) {
        return entry.name() + " (" + entry.policyName() + ")";
    }
}
