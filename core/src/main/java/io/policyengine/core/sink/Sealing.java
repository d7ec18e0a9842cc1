package io.policyengine.core.sink;

import io.policyengine.core.sink.chain.CheckpointKey;
import java.time.Duration;
import java.util.Optional;

/**
 * The chain that records are put in when they are written: each carries the digest of the one before.
 *
 * @param key signs checkpoints; without one they are not signed
 * @param entries after so many records at most a checkpoint follows
 * @param interval after so long at most after a record a checkpoint follows
 */
public record Sealing(Optional<CheckpointKey> key, int entries, Duration interval) {}
