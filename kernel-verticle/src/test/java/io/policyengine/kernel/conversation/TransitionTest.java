package io.policyengine.kernel.conversation;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.kernel.conversation.Transition.Action;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Walks the table of the conversation: external_processor.proto, "exactly one answer per message, in order". */
class TransitionTest {
    private static final Set<DirectionEvent> MESSAGES = EnumSet.range(DirectionEvent.HEADERS, DirectionEvent.TRAILERS);

    @Test
    void everyStateCanBeReachedAndLeadsToDone() {
        Set<DirectionState> reached = EnumSet.of(DirectionState.IDLE);
        boolean grown = true;
        while (grown) {
            grown = false;
            for (DirectionState state : List.copyOf(reached)) {
                for (DirectionEvent event : DirectionEvent.values()) {
                    grown |= reached.add(Transition.of(state, event).next());
                }
            }
        }

        assertThat(reached).containsExactlyInAnyOrder(DirectionState.values());
        for (DirectionState state : DirectionState.values()) {
            assertThat(state == DirectionState.REPLACED || leadsToDone(state, EnumSet.noneOf(DirectionState.class)))
                    .isTrue();
        }
    }

    private static boolean leadsToDone(DirectionState state, Set<DirectionState> seen) {
        if (state == DirectionState.DONE) {
            return true;
        }
        if (!seen.add(state)) {
            return false;
        }
        for (DirectionEvent event : DirectionEvent.values()) {
            if (leadsToDone(Transition.of(state, event).next(), seen)) {
                return true;
            }
        }
        return false;
    }

    @Test
    void refusalsLeaveTheStateAsItIs() {
        for (DirectionState state : DirectionState.values()) {
            for (DirectionEvent event : DirectionEvent.values()) {
                Transition step = Transition.of(state, event);

                if (step.action() == Action.REFUSE) {
                    assertThat(step.next()).isEqualTo(state);
                }
            }
        }
    }

    @Test
    void noSequenceOfMessagesIsLeftWithoutAnAnswerOrARefusal() {
        for (List<DirectionEvent> sequence : sequences(5)) {
            DirectionState state = DirectionState.IDLE;
            int owed = 0;
            int held = 0;
            for (DirectionEvent event : sequence) {
                Transition step = Transition.of(state, event);
                state = step.next();
                switch (step.action()) {
                    case RUN_CHAIN, ANSWER_WITHOUT_HEADERS, TAKE_BODY, TAKE_TRAILERS, GATHER, RUN_GATHERED -> owed++;
                    case HOLD -> held++;
                    case REFUSE -> {}
                    case RELEASE_HELD, DROP_HELD, IGNORE -> throw new AssertionError("messages release nothing");
                }
                if (step.action() == Action.REFUSE) {
                    break;
                }
            }

            assertThat(owed).isLessThanOrEqualTo(1);
            assertThat(state.owesAnswer()).isEqualTo(owed == 1);
            if (owed == 1) {
                assertThat(Transition.of(state, DirectionEvent.ANSWERED).action())
                        .isEqualTo(Action.RELEASE_HELD);
            } else {
                assertThat(held).isZero();
            }
        }
    }

    @Test
    void messagesThatWereHeldAreTakenUpOneByOne() {
        DirectionState headers =
                Transition.of(DirectionState.IDLE, DirectionEvent.HEADERS).next();
        assertThat(Transition.of(headers, DirectionEvent.BODY).action()).isEqualTo(Action.HOLD);

        DirectionState open = Transition.of(headers, DirectionEvent.ANSWERED).next();
        Transition body = Transition.of(open, DirectionEvent.BODY);
        assertThat(body.action()).isEqualTo(Action.TAKE_BODY);
        assertThat(Transition.of(body.next(), DirectionEvent.LAST_BODY).action())
                .isEqualTo(Action.HOLD);
        assertThat(Transition.of(body.next(), DirectionEvent.ANSWERED).next()).isEqualTo(DirectionState.OPEN);
        assertThat(Transition.of(open, DirectionEvent.TRAILERS).action()).isEqualTo(Action.TAKE_TRAILERS);
    }

    @Test
    void theAnswerToHeadersMayWaitForTheWholeBody() {
        DirectionState gathering = Transition.of(DirectionState.HEADERS, DirectionEvent.WAITS_FOR_BODY)
                .next();

        assertThat(Transition.of(gathering, DirectionEvent.BODY)).isEqualTo(new Transition(gathering, Action.GATHER));
        assertThat(Transition.of(gathering, DirectionEvent.LAST_BODY).action()).isEqualTo(Action.RUN_GATHERED);
        assertThat(Transition.of(gathering, DirectionEvent.TRAILERS).action()).isEqualTo(Action.RUN_GATHERED);
    }

    private static List<List<DirectionEvent>> sequences(int length) {
        List<List<DirectionEvent>> all = List.of(List.of());
        for (int i = 0; i < length; i++) {
            List<List<DirectionEvent>> longer = new ArrayList<>();
            for (List<DirectionEvent> sequence : all) {
                for (DirectionEvent event : MESSAGES) {
                    List<DirectionEvent> next = new ArrayList<>(sequence);
                    next.add(event);
                    longer.add(next);
                }
            }
            all = longer;
        }
        return all;
    }
}
