package io.policyengine.kernel.worker.life;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.kernel.worker.life.ReplicaTransition.Action;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Walks the two tables of a replica's life. What the registry makes of them, {@code ReplicaLifeTest} shows. */
class ReplicaTransitionTest {
    private static final Set<ReplicaState> ACCEPTED = EnumSet.of(ReplicaState.PREPARING, ReplicaState.PREPARED);

    @Test
    void everyStateIsReachedFromTheFirstAndLeadsToTheLast() {
        assertThat(reachedFrom(ReplicaState.NEW)).containsExactlyInAnyOrder(ReplicaState.values());
        for (ReplicaState state : ReplicaState.values()) {
            assertThat(reachedFrom(state)).as("from %s", state).contains(ReplicaState.GONE);
        }
    }

    @Test
    void everyStateButTheLastLeadsToOneThatCanBeCalled() {
        for (ReplicaState state : EnumSet.complementOf(EnumSet.of(ReplicaState.GONE))) {
            assertThat(reachedFrom(state)).as("from %s", state).contains(ReplicaState.PREPARED);
        }
    }

    private static Set<ReplicaState> reachedFrom(ReplicaState first) {
        Set<ReplicaState> reached = EnumSet.of(first);
        boolean grown = true;
        while (grown) {
            grown = false;
            for (ReplicaState state : List.copyOf(reached)) {
                for (ReplicaEvent event : ReplicaEvent.values()) {
                    grown |= reached.add(ReplicaTransition.of(state, event).next());
                }
            }
        }
        return reached;
    }

    @Test
    void whatDoesNothingToAReplicaLeavesItWhereItIsOrAmongThoseThatAreNotCalled() {
        for (ReplicaState state : ReplicaState.values()) {
            for (ReplicaEvent event : ReplicaEvent.values()) {
                ReplicaTransition step = ReplicaTransition.of(state, event);

                switch (step.action()) {
                    case IGNORE, PREPARE_AGAIN, PREPARE_LATER ->
                        assertThat(step.next()).as("%s %s", state, event).isEqualTo(state);
                    case NOTHING ->
                        assertThat(step.next() == ReplicaState.PREPARED)
                                .as("%s %s", state, event)
                                .isEqualTo(state == ReplicaState.PREPARED);
                    case CONNECT, ACCEPT, REJECT, RECONNECT, PUBLISH, REMOVE -> {}
                }
            }
        }
    }

    @Test
    void whetherItCanBeCalledNeverChangesUnpublished() {
        for (ReplicaState state : ReplicaState.values()) {
            for (ReplicaEvent event : ReplicaEvent.values()) {
                ReplicaTransition step = ReplicaTransition.of(state, event);

                if ((state == ReplicaState.PREPARED) != (step.next() == ReplicaState.PREPARED)) {
                    assertThat(step.action())
                            .as("%s %s", state, event)
                            .isIn(Action.PUBLISH, Action.RECONNECT, Action.REMOVE);
                }
            }
        }
    }

    @Test
    void aLostConnectionCountsAtOnceAndIsAlwaysFollowedByAnother() {
        for (ReplicaState state : ReplicaState.values()) {
            if (state.isConnected()) {
                assertThat(ReplicaTransition.of(state, ReplicaEvent.LOST))
                        .isEqualTo(new ReplicaTransition(ReplicaState.AWAY, Action.RECONNECT));
            }
        }
        assertThat(ReplicaTransition.of(ReplicaState.AWAY, ReplicaEvent.PAUSE_OVER))
                .isEqualTo(new ReplicaTransition(ReplicaState.RETURNING, Action.CONNECT));
    }

    @Test
    void whatCannotBePreparedTakesNoReplicaThatServesOutOfService() {
        assertThat(ReplicaTransition.of(ReplicaState.PREPARED, ReplicaEvent.CANNOT_PREPARE))
                .isEqualTo(new ReplicaTransition(ReplicaState.PREPARED, Action.PREPARE_LATER));
        assertThat(ReplicaTransition.of(ReplicaState.PREPARED, ReplicaEvent.CHAINS_MISSING))
                .isEqualTo(new ReplicaTransition(ReplicaState.PREPARED, Action.PUBLISH));
    }

    @Test
    void onlyTheEndOfItsConnectionOrOfItsUseTakesAReplicaThatServesOutOfService() {
        for (ReplicaEvent event : ReplicaEvent.values()) {
            if (event != ReplicaEvent.LOST && event != ReplicaEvent.DROPPED) {
                assertThat(ReplicaTransition.of(ReplicaState.PREPARED, event).next())
                        .as("%s", event)
                        .isEqualTo(ReplicaState.PREPARED);
            }
        }
    }

    @Test
    void onlyAnAcceptedReplicaIsAskedForChains() {
        for (ReplicaState state : ReplicaState.values()) {
            assertThat(state.isAccepted()).isEqualTo(ACCEPTED.contains(state));
            assertThat(ReplicaTransition.of(state, ReplicaEvent.CAUGHT_UP).action() == Action.PREPARE_AGAIN)
                    .isEqualTo(state.isAccepted());
        }
    }

    @Test
    void theOnlyReplicaThatCanBeCalledIsNotHurried() {
        assertThat(HealthTransition.of(HealthState.WELL, HealthEvent.MISSED_AS_LAST))
                .isEqualTo(new HealthTransition(HealthState.WELL, HealthTransition.Action.WAIT));
        for (HealthState state : HealthState.values()) {
            assertThat(HealthTransition.of(state, HealthEvent.DOUBTED_AS_LAST))
                    .isEqualTo(new HealthTransition(state, HealthTransition.Action.WAIT));
        }
    }

    @Test
    void aReplicaThatCannotBeCalledForItsHealthIsHurriedAndIsBackWithItsFirstAnswer() {
        for (HealthState state : List.of(HealthState.SILENT, HealthState.NOT_SERVING)) {
            for (HealthEvent missed : List.of(HealthEvent.MISSED, HealthEvent.MISSED_TOO_OFTEN)) {
                assertThat(HealthTransition.of(state, missed))
                        .isEqualTo(new HealthTransition(HealthState.SILENT, HealthTransition.Action.CHECK_SOON));
            }
            assertThat(HealthTransition.of(state, HealthEvent.SERVES).next()).isEqualTo(HealthState.WELL);
        }
    }
}
