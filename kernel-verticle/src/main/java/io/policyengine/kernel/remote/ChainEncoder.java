package io.policyengine.kernel.remote;

import io.policyengine.core.chain.OnFailure;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.worker.ChainSpec;
import io.policyengine.proto.worker.v1.Chain;
import io.policyengine.proto.worker.v1.ChainEntry;
import io.policyengine.proto.worker.v1.EntryMode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes chains that are to be prepared. */
final class ChainEncoder {
    /** Bytes of chains after which a page is full. */
    static final int PAGE_BYTES = 1 << 20;

    private ChainEncoder() {}

    /** Chains that travel in one message. */
    record Page(List<ChainSpec> specs, List<Chain> chains) {}

    static List<Page> pages(List<ChainSpec> specs) {
        List<Page> pages = new ArrayList<>();
        Page page = new Page(new ArrayList<>(), new ArrayList<>());
        int bytes = 0;
        for (ChainSpec spec : specs) {
            Chain chain = chain(spec);
            int size = chain.getSerializedSize();
            if (bytes > 0 && bytes + size > PAGE_BYTES) {
                pages.add(page);
                page = new Page(new ArrayList<>(), new ArrayList<>());
                bytes = 0;
            }
            page.specs().add(spec);
            page.chains().add(chain);
            bytes += size;
        }
        if (bytes > 0) {
            pages.add(page);
        }
        return pages;
    }

    private static Chain chain(ChainSpec spec) {
        Chain.Builder chain =
                Chain.newBuilder().setId(spec.id()).setRoute(spec.route()).setPhase(phase(spec.phase()));
        spec.entries().forEach(entry -> chain.addEntries(entry(entry)));
        return chain.build();
    }

    private static io.policyengine.proto.worker.v1.Phase phase(Phase phase) {
        return switch (phase) {
            case REQUEST -> io.policyengine.proto.worker.v1.Phase.PHASE_REQUEST;
            case RESPONSE -> io.policyengine.proto.worker.v1.Phase.PHASE_RESPONSE;
        };
    }

    private static ChainEntry entry(ChainSpec.Entry entry) {
        return ChainEntry.newBuilder()
                .setName(entry.name())
                .setPolicy(entry.policy())
                .setParamsJson(entry.params().toString())
                .setOnFailure(rule(entry.onFailure()))
                .setOnOverload(rule(entry.onOverload()))
                .setTimeoutMs(millis(entry.timeout()))
                .setWhen(entry.when() == null ? "" : entry.when())
                .setMode(entry.shadow() ? EntryMode.ENTRY_MODE_SHADOW : EntryMode.ENTRY_MODE_ENFORCE)
                .build();
    }

    /** 0 says that there is no limit of the entry's own. */
    private static int millis(@Nullable Duration timeout) {
        return timeout == null ? 0 : Math.clamp(timeout.toMillis(), 1, Integer.MAX_VALUE);
    }

    private static io.policyengine.proto.worker.v1.OnFailure rule(OnFailure rule) {
        return switch (rule) {
            case DENY -> io.policyengine.proto.worker.v1.OnFailure.ON_FAILURE_DENY;
            case CONTINUE -> io.policyengine.proto.worker.v1.OnFailure.ON_FAILURE_CONTINUE;
            case SKIP_REMAINING -> io.policyengine.proto.worker.v1.OnFailure.ON_FAILURE_SKIP_REMAINING;
        };
    }
}
