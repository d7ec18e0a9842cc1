package io.policyengine.core.sink;

import io.policyengine.core.sink.chain.CheckpointKey;
import java.time.Duration;
import java.util.Optional;

/**
 * Settings of a tamper-evident trail, in which each record contains the digest of the previous one.
 *
 * @param key signs checkpoints; if empty, checkpoints are not signed
 * @param entries maximum number of records before a checkpoint
 * @param interval maximum time from a record to the next checkpoint
 */
public record Sealing(Optional<CheckpointKey> key, int entries, Duration interval) {}
