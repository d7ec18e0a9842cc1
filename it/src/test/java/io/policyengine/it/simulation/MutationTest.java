package io.policyengine.it.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The simulation can fail: faults that are put into the engine break the invariant, and are seen. */
@ExtendWith(Quiet.class)
@Tag("nightly")
final class MutationTest {
    private static final String CORE = "core/src/main/java/io/policyengine/core/";
    private static final String WORKER = "worker-verticle/src/main/java/io/policyengine/worker/";
    private static final String KERNEL = "kernel-verticle/src/main/java/io/policyengine/kernel/";

    private static final int SEEDS = 2_000;

    @TempDir
    Path directory;

    /** Each with the violation that it leads to, and the seed that is known to show it, or did once: it is tried first. */
    static List<Arguments> mutants() {
        return List.of(
                Arguments.of(
                        "a call is tried again although a worker may have begun it",
                        new Mutant(
                                CORE + "worker/WorkerException.java",
                                "kind == Kind.UNREACHABLE ||",
                                "kind == Kind.UNREACHABLE || kind == Kind.CONNECTION_LOST ||"),
                        "ran twice",
                        46),
                Arguments.of(
                        "a worker that fails is passed over, whatever its entries say",
                        new Mutant(
                                KERNEL + "aggregate/WorkerFailures.java",
                                "TIMEOUT -> segment.onWorkerFailure();",
                                "TIMEOUT -> OnFailure.CONTINUE;"),
                        "did not run",
                        6),
                Arguments.of(
                        "the laxest of a call's entries decides what its failure means, not the strictest",
                        new Mutant(
                                KERNEL + "plan/Segment.java",
                                ".min(Comparator.naturalOrder())",
                                ".max(Comparator.naturalOrder())"),
                        "did not run",
                        1),
                Arguments.of(
                        "a chain that goes on in part is not counted",
                        new Mutant(
                                KERNEL + "aggregate/RunScope.java",
                                "meters.partial(worker, code).increment();",
                                "meters.partial(worker, code);"),
                        "0.0 are counted",
                        1),
                Arguments.of(
                        "a response is processed by the newest generation, not by the exchange's own",
                        new Mutant(
                                KERNEL + "extproc/ResponseDirection.java",
                                "flow,\n                message,\n                request.upstream(),",
                                "java.util.stream.Stream.of(loop.shared().pin()).peek(io.policyengine.kernel.generation.Pinned::unpin).findFirst().orElseThrow().routes().find(facts.routeName()).response(),\n                message,\n                request.upstream(),"),
                        "no one configuration",
                        1),
                Arguments.of(
                        "a generation is freed when it is replaced, though exchanges have pinned it",
                        new Mutant(
                                KERNEL + "generation/LiveGenerations.java",
                                "before.retire(clock);",
                                "unused.accept(before);"),
                        "for no reason",
                        12),
                Arguments.of(
                        "the end of an exchange that Envoy resets is not told",
                        new Mutant(
                                KERNEL + "extproc/Directions.java",
                                "if (replicas.awaitsEnd()) {",
                                "if (replicas.awaitsEnd() && how != Outcome.CANCELLED) {"),
                        "nobody was told of the end",
                        18),
                Arguments.of(
                        "an Envoy that keeps bodies back is asked for them again and again",
                        new Mutant(
                                KERNEL + "trust/ModeOverrideTrust.java",
                                "void ignored() {\n        change(Standing.LOST);",
                                "void ignored() {\n        doubts = 0;"),
                        "its body went upstream unseen",
                        132),
                Arguments.of(
                        "a response to a request whose body was kept back goes on",
                        new Mutant(
                                KERNEL + "extproc/Admission.java",
                                "if (request.body().isMissedBy(origin)) {",
                                "if (request.body().isMissedBy(origin) && message.status() == 0) {"),
                        "did not run",
                        132),
                Arguments.of(
                        "a worker that loses a connection does not tell the end of what came on it",
                        new Mutant(WORKER + "OpenExchanges.java", "left.add(id);", ""),
                        "nobody was told of the end",
                        16));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("mutants")
    void theSimulationSeesWhen(String fault, Mutant mutant, String violation, int first) throws Exception {
        List<String> violations = mutant.firstViolations(directory, SEEDS, first);

        assertThat(violations).as(fault).anyMatch(found -> found.contains(violation));
    }
}
