package io.policyengine.kernel.aggregate;

import io.policyengine.core.worker.ChunkStream;
import io.policyengine.kernel.plan.Segment;
import io.policyengine.kernel.recorder.CallRecord;

/**
 * A segment (consecutive entries of one worker) whose policies wait for the chunks of the body.
 *
 * @param call the call after which the segment's policies receive the body chunk by chunk
 */
public record OpenBody(Segment segment, ChunkStream chunks, CallRecord call) {}
