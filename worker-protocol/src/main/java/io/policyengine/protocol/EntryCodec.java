package io.policyengine.protocol;

import io.policyengine.proto.worker.v1.EntryFailure;
import org.jspecify.annotations.Nullable;

/**
 * The result of one entry, as it is written and read in one phase.
 *
 * @param <E> the message of the protocol
 * @param <O> what the entry decided
 */
interface EntryCodec<E, O> {
    /** An entry that has decided. */
    E encode(O outcome);

    /** An entry that has failed. */
    E encode(EntryFailure failure);

    /** An entry that has not run. */
    E skipped();

    /** True if an entry has not run. */
    boolean isSkipped(E entry);

    /** The failure of an entry; null if it has none. */
    @Nullable
    EntryFailure failure(E entry);

    /** The decision of an entry that has not failed. */
    O decode(E entry) throws IllegalInstructionException;
}
