package io.policyengine.e2e.body;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.e2e.body.BodyClient.Answer;
import io.policyengine.e2e.body.BodyClient.Protocol;
import io.policyengine.e2e.body.BodyClient.Request;
import io.policyengine.e2e.body.BodyStack.Mode;
import io.policyengine.e2e.harness.Stack.Setup;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Bodies of every kind through a real Envoy in every mode, in both directions (SPEC §3): the upstream sends back what it gets.
 *
 * <p>The upstream speaks HTTP/1.1 only: Envoy 1.36.4 fails requests with trailers, and early answers, to HTTP/2 upstreams even
 * without ext_proc.
 */
@ParameterizedClass
@MethodSource("setups")
class BodyMatrixIT {
    private static @Nullable BodyStack started;

    private final BodyStack stack;

    BodyMatrixIT(Setup setup) {
        if (started == null) {
            throw new IllegalStateException(setup + " is not started");
        }
        this.stack = started;
    }

    static Stream<Setup> setups() {
        return Setup.all();
    }

    @BeforeParameterizedClassInvocation
    static void start(Setup setup) {
        started = new BodyStack(setup);
    }

    @AfterParameterizedClassInvocation
    static void stop() {
        if (started != null) {
            started.close();
            started = null;
        }
    }

    @Test
    void servesEveryBodyInEveryModeOrRefusesIt() {
        List<String> failures = new ArrayList<>();

        try (BodyClient client = new BodyClient(stack.port())) {
            for (Cell cell : Cell.all()) {
                try {
                    List<String> faults = cell.faults(
                            client.send(cell.protocol(), cell.request()).awaitWhole());
                    faults.forEach(fault -> failures.add(cell + ": " + fault));
                } catch (IOException broken) {
                    failures.add(cell + ": " + broken.getMessage() + " instead of " + cell.status());
                }
            }
        }

        assertThat(failures)
                .as(() -> "the engine says:\n" + String.join("\n", stack.complaints()))
                .isEmpty();
    }

    /** SPEC §3: the first chunk reaches the client before the last leaves the upstream. */
    @ParameterizedTest
    @EnumSource(
            value = Mode.class,
            names = {"NONE", "STREAMED", "FULL_DUPLEX_STREAMED"})
    void letsEventsPassOneByOneAndFindsAWordThatIsSplit(Mode mode) throws IOException {
        for (Protocol protocol : Protocol.values()) {
            try (BodyClient client = new BodyClient(stack.port())) {
                Answer answer = client.send(
                        protocol, new Request(BodyStack.events(mode), Map.of(), List.of(), false, Map.of()));
                EchoServer.Events events = stack.upstream().awaitEvents();

                events.send("data: one\n\n");
                answer.awaitText("data: one\n\n");
                events.send("data: a sec");
                answer.awaitText("data: a ");
                events.send("ret two\n\n");
                answer.awaitText("*** two\n\n");
                events.end();

                assertThat(answer.awaitWhole().body().toString()).isEqualTo("data: one\n\ndata: a *** two\n\n");
            }
        }
    }
}
