package io.policyengine.protocol;

import io.policyengine.proto.worker.v1.EntryFailure;
import org.jspecify.annotations.Nullable;

/**
 * Encodes and decodes the result of one entry in one phase.
 *
 * @param <E> the protocol's message
 * @param <O> the outcome of the entry
 */
interface EntryCodec<E, O> {
    E encode(O outcome);

    E encode(EntryFailure failure);

    E skipped();

    boolean isSkipped(E entry);

    @Nullable
    EntryFailure failure(E entry);

    /** Decodes the outcome of an entry that has not failed. */
    O decode(E entry) throws IllegalInstructionException;
}
