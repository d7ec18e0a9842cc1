package io.policyengine.kernel.blackbox.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.policyengine.kernel.conversation.DirectionEvent;
import io.policyengine.kernel.conversation.DirectionState;
import io.policyengine.kernel.conversation.Transition;
import io.policyengine.kernel.harness.ConformancePolicies;
import io.policyengine.kernel.harness.KernelHarness;
import io.policyengine.testkit.conformance.Behaviour;
import io.policyengine.testkit.envoy.EnvoySim;
import io.policyengine.testkit.time.Await;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/**
 * Random conversations, legal and not: each ends or is answered, and nothing is left of it. More of them:
 * {@code -Dwalk.seeds=100000 -Dwalk.from=0}.
 */
class RandomWalkTest {
    private static final int SEEDS = Integer.getInteger("walk.seeds", 2_000);
    private static final long FROM = Long.getLong("walk.from", 1);

    /** Seeds whose walks together take every step. If a change makes them miss one, the walks of other seeds follow. */
    private static final List<Long> CHOSEN = List.of(
            1L, 2L, 3L, 4L, 5L, 6L, 7L, 9L, 10L, 12L, 19L, 26L, 27L, 30L, 37L, 40L, 41L, 51L, 52L, 62L, 93L, 103L, 120L,
            128L, 139L, 142L, 145L, 149L, 162L, 183L, 236L, 283L, 309L, 341L, 466L, 681L, 753L, 898L, 999L, 1054L,
            3359L);

    private static final Set<DirectionEvent> MESSAGES = EnumSet.range(DirectionEvent.HEADERS, DirectionEvent.TRAILERS);

    private static final KernelHarness KERNEL = KernelHarness.create();

    @BeforeAll
    static void start() {
        KERNEL.start(ConformancePolicies.SETTINGS, ConformancePolicies.install(KERNEL.worker("w")));
    }

    @AfterAll
    static void stop() {
        KERNEL.close();
    }

    private static List<String> routes() {
        List<String> routes = new ArrayList<>(List.of(
                "conformance-whole-echo",
                "conformance-chunks-echo",
                "conformance-late",
                "conformance-whole-late",
                "conformance-chunks-late",
                "unknown"));
        Arrays.stream(Behaviour.values())
                .filter(one -> one != Behaviour.HANG && one != Behaviour.SLOW)
                .map(Behaviour::route)
                .forEach(routes::add);
        return routes;
    }

    @Test
    void everyConversationEndsOrIsAnsweredAndLeavesNothing() {
        EnvoySim sim = KERNEL.envoy(KernelHarness.filter("r"));
        List<String> routes = routes();

        for (long seed = FROM; seed < FROM + SEEDS; seed++) {
            RandomWalk.walk(seed, sim, routes);
        }

        Await.until(() -> KERNEL.activeExchanges() == 0);
        Await.until(() -> KERNEL.openStreams() == 0);
    }

    /** Refusals of what the engine itself does are for bugs only: no message leads there. */
    private static Set<String> stepsOfTheTable() {
        Set<String> steps = new TreeSet<>();
        for (DirectionState state : DirectionState.values()) {
            for (DirectionEvent event : DirectionEvent.values()) {
                boolean refused = Transition.of(state, event).action() == Transition.Action.REFUSE;
                if (!refused || MESSAGES.contains(event)) {
                    steps.add(state + " " + event);
                }
            }
        }
        return steps;
    }

    @Test
    void noTransitionIsLeftUnvisited() {
        Set<String> taken = ConcurrentHashMap.newKeySet();
        Logger conversation = (Logger) LoggerFactory.getLogger("io.policyengine.kernel.conversation");
        AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
            @Override
            protected void append(ILoggingEvent step) {
                taken.add(step.getKeyValuePairs().stream()
                        .map(pair -> String.valueOf(pair.value))
                        .collect(Collectors.joining(" ")));
            }
        };
        appender.start();
        conversation.addAppender(appender);
        conversation.setAdditive(false);
        conversation.setLevel(Level.TRACE);

        EnvoySim sim = KERNEL.envoy(KernelHarness.filter("r"));
        List<String> routes = List.of(
                "conformance-late",
                "conformance-whole-late",
                "conformance-chunks-late",
                "conformance-end-chunks",
                "conformance-replace-request",
                "conformance-replace-response");
        Set<String> all = stepsOfTheTable();
        LongStream seeds =
                LongStream.concat(CHOSEN.stream().mapToLong(seed -> seed), LongStream.range(FROM, FROM + 4_000));
        seeds.takeWhile(_ -> !taken.containsAll(all)).forEach(seed -> RandomWalk.walk(seed, sim, routes));

        conversation.detachAppender(appender);
        conversation.setLevel(null);
        assertThat(taken).containsAll(all);
    }
}
