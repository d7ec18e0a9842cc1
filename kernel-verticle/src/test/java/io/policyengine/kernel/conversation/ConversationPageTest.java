package io.policyengine.kernel.conversation;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.kernel.conversation.Transition.Action;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** Keeps docs/reference/conversation.md true to the table of transitions; {@code -Dgolden.update=true} rewrites it. */
class ConversationPageTest {
    private static final Path PAGE = Path.of("../docs/reference/conversation.md");

    @Test
    void thePageShowsTheTable() throws IOException {
        String page = page();

        if (Boolean.getBoolean("golden.update")) {
            Files.writeString(PAGE, page);
        }
        assertThat(Files.readString(PAGE)).isEqualTo(page);
    }

    private static String page() {
        StringBuilder diagram = new StringBuilder();
        StringBuilder table = new StringBuilder();
        for (DirectionState state : DirectionState.values()) {
            for (DirectionEvent event : DirectionEvent.values()) {
                Transition step = Transition.of(state, event);
                if (step.action() != Action.REFUSE) {
                    diagram.append(
                            "    %s --> %s: %s / %s%n".formatted(state, step.next(), event, words(step.action())));
                }
                table.append("| %s | %s | %s | %s |%n".formatted(state, event, words(step.action()), step.next()));
            }
        }
        return """
                # The ext_proc conversation

                Generated from the table in `Transition.java`. It applies to each direction of an exchange separately, the request and
                the response. Events are messages from Envoy, and these events of the engine:

                - `ANSWERED`: the current message is answered,
                - `REPLACED`: the current message is answered by one that replaces or ends it,
                - `WAITS_FOR_BODY`: the answer to the headers waits until the body is complete (full duplex).

                An event that is not in the diagram is refused: the stream ends with INVALID_ARGUMENT.

                ```mermaid
                stateDiagram-v2
                    [*] --> IDLE
                %s    DONE --> [*]
                ```

                | state | event | action | next state |
                |---|---|---|---|
                %s""".formatted(diagram, table);
    }

    private static String words(Action action) {
        return action.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
