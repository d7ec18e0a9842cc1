package io.policyengine.kernel.aggregate;

import io.policyengine.core.worker.ChunkStream;
import io.policyengine.kernel.plan.Segment;

/** A segment whose policies wait for the chunks of the body. */
public record OpenBody(Segment segment, ChunkStream chunks) {}
