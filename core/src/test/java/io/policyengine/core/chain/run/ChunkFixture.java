package io.policyengine.core.chain.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.chain.ChunkResult;
import io.policyengine.core.chain.TimedChunk;
import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.policy.RequestOutcome;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/** Runs of chunks through policies that stream. */
abstract class ChunkFixture extends ChainFixture {
    static final int MAX_BODY = 20;

    ChunkFixture() {
        super(MAX_BODY);
    }

    long deadline() {
        return now + Duration.ofSeconds(10).toNanos();
    }

    OpenChain<RequestOutcome> opened(BoundEntry... entries) {
        return executor.openRequest(List.of(entries), 0, entries.length, context())
                .result();
    }

    ChunkRun openEntries(BoundEntry... entries) {
        return Objects.requireNonNull(opened(entries).chunks());
    }

    ChunkRun open(StreamingPolicy... policies) {
        return openEntries(
                List.of(policies).stream().map(StreamingPolicy::entry).toArray(BoundEntry[]::new));
    }

    Future<ChunkResult> give(ChunkRun run, String data, boolean last) {
        return run.run(new TimedChunk(Buffer.buffer(data), last, deadline()));
    }

    /** Without its times, which are told of every entry that looked at the chunk. */
    ChunkResult run(ChunkRun run, String data, boolean last) {
        return Objects.requireNonNull(give(run, data, last).result()).with(List.of());
    }

    static String text(ChunkResult result) {
        return String.valueOf(result.data());
    }

    static List<ErrorCode> codes(ChunkResult result) {
        return result.failures().stream().map(failed -> failed.failure().code()).toList();
    }

    static void assertClosedOnce(StreamingPolicy... policies) {
        assertThat(policies).allSatisfy(policy -> assertThat(policy.closed).isOne());
    }
}
