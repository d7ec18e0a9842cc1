package io.policyengine.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.policyengine.core.chain.OnFailure;
import io.policyengine.core.config.PolicySettings;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.PolicyDescriptor;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.core.policy.PolicyFactory;
import io.policyengine.core.worker.ChainSpec;
import io.policyengine.core.worker.PassedEntries;
import io.policyengine.testkit.time.Await;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.JsonNodeFactory;

/** The digest of the entries that a response has passed, as a policy gets it. */
class PassedDigestTest {
    private static final PassedEntries MASKED = new PassedEntries("digest", List.of("mask"));

    private final Vertx vertx = Vertx.vertx();
    private final List<String> digests = new CopyOnWriteArrayList<>();

    record NoParams() {}

    /** Tells the test which digest it gets. */
    private final class Storing implements PolicyFactory<NoParams> {
        @Override
        public PolicyDescriptor descriptor() {
            return PolicyDescriptor.headersOnly("storing", "1.0.0", "Stores.", Set.of(Phase.REQUEST), Set.of());
        }

        @Override
        public Policy create(NoParams params, PolicyEnvironment env) {
            digests.add(env.passedDigest());
            return new Policy() {};
        }
    }

    @AfterEach
    void stop() {
        Await.result(vertx.close());
    }

    private String digest(@Nullable PassedEntries passed, Map<String, String> settings) {
        Map<String, PolicySettings> policies = new HashMap<>();
        settings.forEach((policy, value) -> policies.put(
                policy, PolicySettings.of(JsonNodeFactory.instance.objectNode().put("kinds", value))));
        LocalWorker worker = new LocalWorker(
                vertx,
                WorkerOptions.defaults("w", "1", Path.of("/")).with(options -> options.policySettings(policies)),
                PolicyRegistry.of(List.of(new Storing())),
                new SimpleMeterRegistry());
        ChainSpec.Entry entry = new ChainSpec.Entry(
                        "storing",
                        "storing",
                        JsonNodeFactory.instance.objectNode(),
                        OnFailure.DENY,
                        OnFailure.DENY,
                        null,
                        null,
                        false)
                .withPassed(passed);
        Await.result(worker.prepare(1, List.of(new ChainSpec(1, "r", Phase.REQUEST, List.of(entry)))));
        Await.result(worker.close());
        return digests.getLast();
    }

    @Test
    void isEmptyWhereTheKernelGivesNone() {
        assertThat(digest(null, Map.of("mask", "email"))).isEmpty();
    }

    @Test
    void changesWithTheEntriesAndWithTheWorkersSettingsOfTheirPoliciesOnly() {
        String digest = digest(MASKED, Map.of("mask", "email"));

        assertThat(digest(MASKED, Map.of("mask", "email", "other", "a"))).isEqualTo(digest);
        assertThat(digest(MASKED, Map.of("mask", "phone"))).isNotEqualTo(digest);
        assertThat(digest(MASKED, Map.of())).isNotEqualTo(digest);
        assertThat(digest(new PassedEntries("another", List.of("mask")), Map.of("mask", "email")))
                .isNotEqualTo(digest);
    }
}
