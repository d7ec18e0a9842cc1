package io.policyengine.e2e.body;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.e2e.body.BodyClient.Answer;
import io.policyengine.e2e.body.BodyClient.Protocol;
import io.policyengine.e2e.body.BodyClient.Request;
import io.policyengine.e2e.body.BodyStack.Mode;
import io.policyengine.e2e.harness.Installation.EnvoyVersion;
import io.policyengine.e2e.harness.Stack.Shape;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Bodies of every kind through a real Envoy in every mode, in both directions (SPEC §3): the upstream sends back what it gets.
 *
 * <p>The upstream speaks HTTP/1.1 only: Envoy 1.36.4 fails requests with trailers, and early answers, to HTTP/2 upstreams even
 * without ext_proc.
 */
@ParameterizedClass
@MethodSource("shapes")
class BodyMatrixIT {
    private static @Nullable BodyStack started;

    private final BodyStack stack;

    /** In the gate the one in which a body also has to pass between two processes. */
    static Stream<Shape> shapes() {
        return Shape.TWO_PROCESSES.orEach();
    }

    BodyMatrixIT(Shape shape) {
        if (started == null) {
            throw new IllegalStateException(shape + " is not started");
        }
        this.stack = started;
    }

    @BeforeParameterizedClassInvocation
    static void start(Shape shape) {
        started = new BodyStack(shape);
    }

    @AfterParameterizedClassInvocation
    static void stop() {
        if (started != null) {
            started.close();
            started = null;
        }
    }

    /** Through both Envoys at once: each cell mostly waits for one of four processes. */
    @Test
    void servesEveryBodyInEveryModeOrRefusesIt() {
        List<CompletableFuture<List<String>>> matrices = Arrays.stream(EnvoyVersion.values())
                .map(version -> CompletableFuture.supplyAsync(() -> failures(version), Thread::startVirtualThread))
                .toList();

        List<String> failures = matrices.stream()
                .map(CompletableFuture::join)
                .flatMap(List::stream)
                .toList();

        assertThat(failures)
                .as(() -> "the engine says:\n" + String.join("\n", stack.complaints()))
                .isEmpty();
    }

    private List<String> failures(EnvoyVersion version) {
        List<String> failures = new ArrayList<>();
        try (BodyClient client = new BodyClient(stack.port(version))) {
            for (Cell cell : Cell.all()) {
                try {
                    List<String> faults = cell.faults(
                            client.send(cell.protocol(), cell.request()).awaitWhole());
                    faults.forEach(fault -> failures.add(version + ", " + cell + ": " + fault));
                } catch (IOException broken) {
                    failures.add(version + ", " + cell + ": " + broken.getMessage() + " instead of " + cell.status());
                }
            }
        }
        return failures;
    }

    static Stream<Arguments> eventModes() {
        return Arrays.stream(EnvoyVersion.values())
                .flatMap(version -> Stream.of(Mode.NONE, Mode.STREAMED, Mode.FULL_DUPLEX_STREAMED)
                        .map(mode -> Arguments.of(version, mode)));
    }

    /** SPEC §3: the first chunk reaches the client before the last leaves the upstream. */
    @ParameterizedTest
    @MethodSource("eventModes")
    void letsEventsPassOneByOneAndFindsAWordThatIsSplit(EnvoyVersion version, Mode mode) throws IOException {
        for (Protocol protocol : Protocol.values()) {
            try (BodyClient client = new BodyClient(stack.port(version))) {
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
