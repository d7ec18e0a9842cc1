package io.policyengine.kernel.worker.life;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** Keeps docs/reference/replica.md true to the tables of a replica's life; {@code -Dgolden.update=true} rewrites it. */
class ReplicaPageTest {
    private static final Path PAGE = Path.of("../docs/reference/replica.md");

    @Test
    void thePageShowsTheTables() throws IOException {
        String page = page();

        if (Boolean.getBoolean("golden.update")) {
            Files.writeString(PAGE, page);
        }
        assertThat(Files.readString(PAGE)).isEqualTo(page);
    }

    private static String page() {
        Drawing life = new Drawing();
        for (ReplicaState state : ReplicaState.values()) {
            for (ReplicaEvent event : ReplicaEvent.values()) {
                ReplicaTransition step = ReplicaTransition.of(state, event);
                life.add(state, event, step.action(), step.next());
            }
        }
        Drawing health = new Drawing();
        for (HealthState state : HealthState.values()) {
            for (HealthEvent event : HealthEvent.values()) {
                HealthTransition step = HealthTransition.of(state, event);
                health.add(state, event, step.action(), step.next());
            }
        }
        return """
                # The life of a replica

                Generated from the tables in `ReplicaTransition.java` and `HealthTransition.java`. A replica is a process, or the
                embedded form, of a worker; the kernel keeps one of these for each replica that a configuration needs. It is
                called while it is `PREPARED` in the first table and `WELL` in the second. What is not in the diagrams is
                ignored: it comes too late, or cannot come.

                ## From the first attempt to the last

                ```mermaid
                stateDiagram-v2
                    [*] --> NEW
                %s    GONE --> [*]
                ```

                | state | event | action | next state |
                |---|---|---|---|
                %s
                ## Its health

                It begins anew, as `WELL`, with each connection, and counts from when the replica is accepted.

                ```mermaid
                stateDiagram-v2
                    [*] --> WELL
                %s```

                | state | event | action | next state |
                |---|---|---|---|
                %s
                ## The rules of fairness in these tables

                - **The last replica is not hurried.** `DOUBTED_AS_LAST` and `MISSED_AS_LAST` lead to no check: without the only
                  replica that can be called every request would fail, and a pause of its garbage collector is no reason for
                  that. It goes out by its regular checks, and is hurried from then on.
                - **A contender** is `ACCEPTED` like any other worker: only the policy that it may not run is refused.
                - **A worker that is rejected** has answered: workers after it may get policies that nobody has. One that has
                  `FAILED` has not, and is waited for.
                - **The process of another user** has `FAILED`: it is told nothing, and tried again, since it may be replaced.
                - **What takes long to prepare**, or cannot be prepared, takes no replica out of service: a `PREPARED` one stays
                  so, whatever becomes of new chains, of a draft or of a live generation. For a chain of a live generation that
                  it lacks, others are called, and it is asked again. One that has `CAUGHT_UP` is asked for what came meanwhile.
                - **A replica of another version** serves too. It is not called for chains that it refuses and another one that
                  is well takes, nor for those for which it needs less of bodies than another. Once it is alone, the plans are
                  made for it.
                - **An optional worker** lives by the same tables. `optional` is about the readiness of the kernel alone.
                """.formatted(life.diagram, life.table, health.diagram, health.table);
    }

    /** A diagram without what is ignored, and a table of all. */
    private static final class Drawing {
        final StringBuilder diagram = new StringBuilder();
        final StringBuilder table = new StringBuilder();

        void add(Enum<?> state, Enum<?> event, Enum<?> action, Enum<?> next) {
            if (!action.name().equals("IGNORE")) {
                diagram.append("    %s --> %s: %s / %s%n".formatted(state, next, event, words(action)));
            }
            table.append("| %s | %s | %s | %s |%n".formatted(state, event, words(action), next));
        }
    }

    private static String words(Enum<?> action) {
        return action.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
