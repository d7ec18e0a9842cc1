package io.policyengine.kernel.worker.registry;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.policyengine.kernel.worker.life.HealthEvent;
import io.policyengine.kernel.worker.life.HealthState;
import io.policyengine.kernel.worker.life.HealthTransition;
import io.policyengine.kernel.worker.life.ReplicaEvent;
import io.policyengine.kernel.worker.life.ReplicaState;
import io.policyengine.kernel.worker.life.ReplicaTransition;
import io.policyengine.kernel.worker.life.ReplicaTransition.Action;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Leads a registry through each row of the tables, and looks at what people are told of the replica then. */
class ReplicaLifeTest {
    @TempDir
    private Path directory;

    private final Vertx vertx = Vertx.vertx();
    private final Set<String> taken = ConcurrentHashMap.newKeySet();
    private final Logger steps = (Logger) LoggerFactory.getLogger("io.policyengine.kernel.replica");
    private final AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent step) {
            taken.add(step.getKeyValuePairs().stream()
                    .map(pair -> String.valueOf(pair.value))
                    .collect(Collectors.joining(" ")));
        }
    };

    @BeforeEach
    void listen() {
        appender.start();
        steps.addAppender(appender);
        steps.setAdditive(false);
        steps.setLevel(Level.TRACE);
    }

    @AfterEach
    void stop() throws Exception {
        steps.detachAppender(appender);
        steps.setLevel(null);
        vertx.close().await(30, TimeUnit.SECONDS);
    }

    @Test
    void noTransitionOfTheLifeIsLeftUntaken() throws Exception {
        Set<String> rows = new TreeSet<>();
        List<Callable<String>> ways = new ArrayList<>();
        for (ReplicaState state : ReplicaState.values()) {
            for (ReplicaEvent event : ReplicaEvent.values()) {
                ReplicaTransition step = ReplicaTransition.of(state, event);
                if (step.action() != Action.IGNORE) {
                    rows.add(state + " " + event);
                    ways.add(() -> go(state, event, step.next()));
                }
            }
        }

        List<String> wrong = allAtOnce(ways);

        rows.removeAll(taken);
        assertThat(wrong).isEmpty();
        assertThat(rows).isEmpty();
    }

    /** What is not as it should be; empty if all is. */
    private String go(ReplicaState state, ReplicaEvent event, ReplicaState next) throws Exception {
        try (ReplicaStage stage = ReplicaStage.start(vertx, directory, state + "-" + event, 2)) {
            stage.lead(state);
            stage.cause(event);
            return stage.isTold(next, event) ? "" : state + " " + event + ": " + stage.told();
        }
    }

    @Test
    void noTransitionOfTheHealthIsLeftUntaken() throws Exception {
        Set<String> rows = new TreeSet<>();
        List<Callable<String>> ways = new ArrayList<>();
        for (HealthState state : HealthState.values()) {
            for (HealthEvent event : HealthEvent.values()) {
                HealthTransition step = HealthTransition.of(state, event);
                if (step.action() != HealthTransition.Action.IGNORE) {
                    rows.add(state + " " + event);
                    ways.add(() -> go(state, event, step.next()));
                }
            }
        }

        List<String> wrong = allAtOnce(ways);

        rows.removeAll(taken);
        assertThat(wrong).isEmpty();
        assertThat(rows).isEmpty();
    }

    private String go(HealthState state, HealthEvent event, HealthState next) throws Exception {
        int threshold = event == HealthEvent.MISSED_TOO_OFTEN ? 1 : 3;
        try (ReplicaStage stage = ReplicaStage.start(vertx, directory, state + "-" + event, threshold)) {
            stage.lead(state);
            stage.cause(event);
            return stage.isTold(next) ? "" : state + " " + event + ": " + stage.told();
        }
    }

    private static List<String> allAtOnce(List<Callable<String>> ways) throws Exception {
        List<String> wrong = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(16)) {
            for (Future<String> way : threads.invokeAll(ways)) {
                if (!way.get().isEmpty()) {
                    wrong.add(way.get());
                }
            }
        }
        return wrong;
    }
}
