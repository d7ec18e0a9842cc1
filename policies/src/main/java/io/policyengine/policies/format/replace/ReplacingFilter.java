package io.policyengine.policies.format.replace;

import io.policyengine.core.error.PolicyException;
import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.ChunkFilter;
import io.policyengine.core.policy.ChunkOutcome;
import io.policyengine.core.policy.PolicyEnvironment;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.Arrays;
import java.util.List;

/**
 * Replaces texts in a body that arrives in chunks. Each replacer processes the output of the previous one.
 *
 * <p>The replacers keep the bytes that they withhold. The engine keeps these bytes as well, to account for them, and
 * puts them before the next chunk, where the filter skips them.
 */
final class ReplacingFilter implements ChunkFilter<ChunkOutcome> {
    private static final Future<ChunkOutcome> PASS = Future.succeededFuture(ChunkOutcome.PASS);

    private final List<TextReplacer> replacers;
    private final PolicyEnvironment env;
    private final Call call;
    private int held;

    ReplacingFilter(List<TextReplacer> replacers, PolicyEnvironment env, Call call) {
        this.replacers = replacers;
        this.env = env;
        this.call = call;
    }

    @Override
    public Future<ChunkOutcome> onChunk(Buffer chunk, boolean last) {
        byte[] fresh = chunk.getBytes(held, chunk.length());
        if (fresh.length > Replacements.LARGE) {
            return env.offLoop(call, Replacements.workOn(fresh.length), _ -> outcome(fresh, last));
        }
        try {
            ChunkOutcome outcome = outcome(fresh, last);
            return outcome.equals(ChunkOutcome.PASS) ? PASS : Future.succeededFuture(outcome);
        } catch (PolicyException tooLong) {
            return Future.failedFuture(tooLong);
        }
    }

    private ChunkOutcome outcome(byte[] chunk, boolean last) {
        Growth growth = Growth.of(chunk.length);
        byte[] bytes = chunk;
        for (TextReplacer replacer : replacers) {
            bytes = replacer.replace(bytes, last, growth);
        }
        boolean heldBefore = held > 0;
        Buffer kept = kept();
        held = kept.length();
        if (held > 0) {
            return new ChunkOutcome.Hold(Buffer.buffer(bytes), kept);
        }
        return !heldBefore && Arrays.equals(bytes, chunk)
                ? ChunkOutcome.PASS
                : new ChunkOutcome.Replace(Buffer.buffer(bytes));
    }

    /** Returns the withheld bytes, in the order in which they will pass. */
    private Buffer kept() {
        Buffer kept = Buffer.buffer();
        replacers.reversed().forEach(replacer -> replacer.appendKept(kept));
        return kept;
    }
}
