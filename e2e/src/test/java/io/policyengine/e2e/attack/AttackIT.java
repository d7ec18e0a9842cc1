package io.policyengine.e2e.attack;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.e2e.harness.Installation;
import io.policyengine.e2e.harness.Installation.EnvoyVersion;
import io.policyengine.e2e.harness.OsProcess;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Attackers, one kind after another, on an engine with a small heap, and a well-behaved client that loses no request. Afterwards the
 * engine holds what it held before. The short form has small figures; {@code -Dpolicyengine.attack=long} makes them ten times larger,
 * makes every attack behind each Envoy, and judges how long the good client has to wait too, by what it waits for without an attack and
 * without an engine, as {@link Control} tells. {@code -Dpolicyengine.attack.only=PATTERN} makes only attacks in whose names it is found.
 */
@Tag("alone")
@Tag("nightly")
class AttackIT {
    private static final boolean LONG = Objects.equals(System.getProperty("policyengine.attack"), "long");
    private static final Pattern ONLY = Pattern.compile(System.getProperty("policyengine.attack.only", ""));
    private static final int MIB = 1 << 20;

    /** The heap, direct memory and windows of decoders at their limits, and 256 MiB for code, metadata and threads. */
    private static final long MAX_MEMORY = (256 + 128 + 64 + 256) * (long) MIB;

    /** By how much the live heap may grow: what is made and loaded once, and the configurations of attacks, which are kept for a rollback. */
    private static final long HEAP_TO_SPARE = 12 * MIB;

    private static final int WARM_UP = LONG ? 3_000 : 1_000;
    private static final int CALM = LONG ? 200 : 40;
    private static final int UNDER_ATTACK = LONG ? 800 : 150;

    @Tag("attacks")
    @ParameterizedTest
    @EnumSource(EnvoyVersion.class)
    void theGoodClientLosesNothingAndAllIsGivenBack(EnvoyVersion version) throws Exception {
        try (AttackStack stack = new AttackStack(version);
                Sockets sockets = new Sockets();
                GoodClient good = new GoodClient(stack.envoy().port());
                MemoryWatch memory = new MemoryWatch(stack.engine().process())) {
            List<Attack> attacks = attacks(version);
            OsProcess engine = stack.engine().process();
            good.awaitMore(WARM_UP);
            long heapBefore = engine.liveHeap();
            Target target = new Target(stack, stack.envoy(), sockets, good, LONG ? 10 : 1, UNDER_ATTACK);
            System.out.printf("%n%s%n", version);
            Campaign campaign = new Campaign(target, memory, CALM, new AttackReport(file(version)));

            if (LONG) {
                try (Control control = new Control(target)) {
                    campaign.make(attacks, control);
                }
            } else {
                campaign.make(attacks);
            }

            System.out.println(campaign.report().total());
            if (LONG) {
                campaign.report().slow().forEach(System.out::println);
            }
            assertThat(campaign.report().successes(MAX_MEMORY))
                    .as(() -> engine.output() + stack.envoy().complaints())
                    .isEmpty();
            assertThat(campaign.end()).isEmpty();
            long heap = engine.liveHeap();
            System.out.printf("live heap: %d kB before, %d kB after%n", heapBefore >> 10, heap >> 10);
            assertThat(heap - heapBefore).as("growth of the live heap").isLessThan(HEAP_TO_SPARE);
            assertThat(stack.goodUpstream().unprocessed()).isZero();
            engine.terminate();
            assertThat(engine.exitCode()).isZero();
        }
    }

    private static Path file(EnvoyVersion version) {
        return Installation.home().resolve("e2e/target/attack-report-" + version.number() + ".md");
    }

    private static List<Attack> attacks(EnvoyVersion version) {
        return Attack.all().stream()
                .filter(attack -> LONG || attack.onBoth() || version == EnvoyVersion.V1_36)
                .filter(attack -> ONLY.matcher(attack.name()).find())
                .toList();
    }
}
