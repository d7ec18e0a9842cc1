package io.policyengine.core.sink;

import io.policyengine.core.sink.chain.CheckpointKey;
import java.time.Duration;
import java.util.Optional;

/**
 * The chain of records as they are written: each carries the digest of the previous one.
 *
 * @param key signs checkpoints; without one they are unsigned
 * @param entries maximal number of records before a checkpoint
 * @param interval maximal time from a record to a checkpoint
 */
public record Sealing(Optional<CheckpointKey> key, int entries, Duration interval) {}
