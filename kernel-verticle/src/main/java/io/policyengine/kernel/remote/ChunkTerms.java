package io.policyengine.kernel.remote;

import io.policyengine.core.worker.WorkerException;
import io.policyengine.core.worker.WorkerException.Kind;
import io.policyengine.protocol.DescriptionCodec;
import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/**
 * The rules by which the kernel sends the body chunks of a call to a worker, and accepts the worker's answers.
 *
 * @param maxGrowth the number of bytes by which an answer may be longer than its chunk
 * @param numbered whether each answer carries the number of its chunk
 * @param sharesClock whether the worker has the kernel's clock
 */
record ChunkTerms(long maxGrowth, boolean numbered, boolean sharesClock) {
    /** Maximum bytes that an entry may add to a chunk, regardless of what the worker declares. */
    private static final long MAX_GROWTH = 16 << 20;

    /**
     * Creates the rules from a worker's description. Each entry may add as many bytes as a whole body may have.
     *
     * @param worker null if the worker has not described itself
     * @param entries number of the call's entries
     */
    static ChunkTerms of(DescriptionCodec.@Nullable Introduction worker, int entries) {
        return worker == null
                ? new ChunkTerms(MAX_GROWTH * entries, false, false)
                : new ChunkTerms(
                        Math.clamp(worker.description().maxBodySize(), 0, MAX_GROWTH) * entries,
                        worker.numbersChunks(),
                        worker.clock() != null);
    }

    /**
     * Checks the chunk number in a worker's answer. Without the check, a repeated or omitted answer would assign bytes
     * to the wrong chunks of the body.
     *
     * @param sent number of the last sent chunk
     * @param answered number in the answer; 0 if missing
     */
    void checkNumber(long sent, long answered) {
        if (numbered && answered != sent) {
            throw new WorkerException(
                    Kind.INVALID_ANSWER,
                    "expected the answer to chunk " + sent + ", but got one "
                            + (answered == 0 ? "without a number" : "to chunk " + answered));
        }
    }

    /**
     * Checks the length of the data in a worker's answer to a chunk.
     *
     * @param chunkBytes length of the chunk that was sent
     * @param data the data that replaces the chunk; null if the chunk passes unchanged
     */
    void checkLength(int chunkBytes, @Nullable Buffer data) {
        if (data != null && data.length() > chunkBytes + maxGrowth) {
            throw new WorkerException(
                    Kind.INVALID_ANSWER,
                    "a chunk of " + chunkBytes + " bytes was answered with " + data.length() + " bytes; at most "
                            + (chunkBytes + maxGrowth) + " are allowed");
        }
    }
}
