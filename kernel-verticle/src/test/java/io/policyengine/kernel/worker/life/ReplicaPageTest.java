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

                Generated from the tables in `ReplicaTransition.java` and `HealthTransition.java`. A replica is one process of a worker,
                or the worker in the kernel's own process. The kernel keeps both states for each replica that a configuration needs. It
                calls a replica that is `PREPARED` in the first table and `WELL` in the second. Events that are not in the diagrams are
                ignored: they come too late, or cannot occur.

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

                Health begins as `WELL` with each connection, and matters once the replica is accepted.

                ```mermaid
                stateDiagram-v2
                    [*] --> WELL
                %s```

                | state | event | action | next state |
                |---|---|---|---|
                %s
                ## The rules of fairness in these tables

                - **The last replica gets the full time.** `DOUBTED_AS_LAST` and `MISSED_AS_LAST` cause no additional check. Without
                  the only callable replica every request would fail, and a pause of its garbage collector does not justify that. Its
                  regular checks can still take it out of service; from then on it is checked at short intervals.
                - **A contender** is `ACCEPTED` like any other worker: only the policy that it may not run is refused.
                - **A worker that is rejected** has answered, so the kernel no longer waits for it: a policy that no worker owns may go
                  to a later worker. A worker that has `FAILED` has not answered, and the kernel waits for it.
                - **The process of another user** has `FAILED`: the kernel sends nothing to it and tries again, since the process may be
                  replaced.
                - **A chain that takes long to prepare**, or cannot be prepared, takes no replica out of service: a `PREPARED` replica
                  stays prepared, even if it lacks chains of a draft or of a live generation. If it lacks a chain of a live generation,
                  other replicas are called for this chain, and it is asked again to prepare it. A replica that has `CAUGHT_UP` is asked
                  to prepare the chains that were added meanwhile.
                - **A replica of another version** serves too. It is not called for a chain that it refuses if another healthy replica
                  accepts it, nor for a chain for which another replica needs more of the bodies. Once it is the only replica, the plans
                  are made for it.
                - **A worker that is not required** follows the same tables. `required` affects only the readiness of the kernel.
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
