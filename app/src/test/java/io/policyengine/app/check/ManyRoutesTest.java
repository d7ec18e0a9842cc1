package io.policyengine.app.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.app.engine.Conf;
import io.policyengine.core.config.Overrides;
import io.policyengine.core.config.files.ConfTexts;
import io.policyengine.core.error.Problem;
import io.policyengine.core.policy.BodyNeed;
import io.policyengine.core.policy.EntryFacts;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.PolicyDescriptor;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.core.policy.PolicyFactory;
import io.policyengine.core.who.Who;
import io.policyengine.policies.StandardPolicies;
import io.policyengine.worker.PolicyRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The work of {@code validate} and {@code who} grows with what is different in a configuration, not with its routes: it
 * is counted for routes with the chains of conf/examples.
 */
class ManyRoutesTest {
    private static final Path CONF = Path.of("../conf");

    @TempDir
    Path directory;

    private final AtomicInteger created = new AtomicInteger();

    @Test
    void equalEntriesArePreparedOnceAndEqualChainsFollowedOnce() throws IOException {
        check(150);
    }

    @Test
    @Tag("nightly")
    void thousandsOfRoutesTakeNoMoreWorkThanTheirDifferences() throws IOException {
        check(2_500);
    }

    private void check(int routes) throws IOException {
        List<String> examples = examples();
        Work once = work(examples, examples.size());

        Work many = work(examples, routes);

        assertThat(many.routes()).isEqualTo(routes);
        // Each route beyond the first of its kind has one entry of its own.
        assertThat(many.created()).isLessThanOrEqualTo(once.created() + routes);
        // The first routes have no such entry. That its header differs from route to route makes no difference.
        assertThat(many.calculated()).isLessThanOrEqualTo(2 * once.calculated());
        assertThat(many.work()).isLessThanOrEqualTo(3 * once.work());
    }

    /** The work of checking a configuration. */
    private record Work(int routes, int created, int calculated, long work) {}

    private Work work(List<String> examples, int routes) throws IOException {
        StringBuilder text = new StringBuilder("route_policies:\n");
        for (int i = 0; i < routes; i++) {
            String own = i < examples.size()
                    ? ""
                    : "$1  - { name: own, policy: requestId, params: { header: x-" + i + " } }\n";
            text.append(examples.get(i % examples.size())
                    .replaceFirst("route_name: .*", "route_name: /r" + i)
                    .replaceFirst("(?m)^( *)policy_chain:\n", "$1policy_chain:\n" + own));
        }
        try (Stream<Path> files = Files.list(CONF)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.write(directory.resolve(file.getFileName()), Files.readAllBytes(file));
            }
        }
        Files.createDirectories(directory.resolve("routes"));
        Files.writeString(directory.resolve("routes/all.yaml"), text);
        created.set(0);
        ConfCheck.Report report = ConfCheck.checkBlocking(
                new Conf(directory), ConfTexts.readBlocking(directory), counting(), InstantSource.system(), null);
        assertThat(report.problems()).noneMatch(Problem::forbidsUse);
        Who who = new Who(Overrides.at(Instant.EPOCH, List.of()));
        report.chains().forEach(who::of);
        return new Work(report.chains().size(), created.get(), who.calculated(), who.work());
    }

    /** Returns the first route policy of each example that needs no setting of its own. */
    private static List<String> examples() throws IOException {
        List<String> examples = new ArrayList<>();
        try (Stream<Path> files = Files.list(CONF.resolve("examples"))) {
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                String text = Files.readString(file);
                boolean isSpecial = text.contains("faultInjection")
                        || text.indexOf("route_name:") != text.lastIndexOf("route_name:");
                if (!isSpecial) {
                    examples.add(text.substring(text.indexOf("route_policies:\n") + "route_policies:\n".length()));
                }
            }
        }
        return examples;
    }

    private PolicyRegistry counting() {
        List<PolicyFactory<?>> factories = new ArrayList<>();
        for (PolicyFactory<?> factory : StandardPolicies.all()) {
            factories.add(new Counting<>(factory, created));
        }
        return PolicyRegistry.of(factories);
    }

    /** A factory that counts the instances that it creates. */
    private record Counting<P extends Record>(PolicyFactory<P> factory, AtomicInteger created)
            implements PolicyFactory<P> {
        @Override
        public PolicyDescriptor descriptor() {
            return factory.descriptor();
        }

        @Override
        public Class<P> paramsType() {
            return factory.paramsType();
        }

        @Override
        public BodyNeed bodyNeed(P params, Phase phase) {
            return factory.bodyNeed(params, phase);
        }

        @Override
        public boolean keepsRequestBody(P params) {
            return factory.keepsRequestBody(params);
        }

        @Override
        public void check(P params, Phase phase) {
            factory.check(params, phase);
        }

        @Override
        public EntryFacts facts(P params, Phase phase) {
            return factory.facts(params, phase);
        }

        @Override
        public Policy create(P params, PolicyEnvironment env) {
            created.incrementAndGet();
            return factory.create(params, env);
        }
    }
}
