package io.policyengine.testkit.policy;

import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.error.PolicyException;
import io.policyengine.core.http.RequestView;
import io.policyengine.core.http.ResponseView;
import io.policyengine.core.instruction.ImmediateResponse;
import io.policyengine.core.policy.BodyNeed;
import io.policyengine.core.policy.Metadata;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.policy.PolicyFactory;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Checks that a policy's result does not depend on how a body is divided into chunks. The policy must pass the same
 * bytes, or refuse in the same way, for one chunk, single bytes, empty chunks and random divisions. If the policy also
 * accepts complete bodies, a complete body must have the same result.
 *
 * <p>Output before a refusal is ignored, since it depends on the division. A policy that replaces a complete body by a
 * response with status 500 or higher may fail on chunks instead. A response in progress cannot be replaced.
 */
public final class ChunkProperty {
    private static final Metadata NONE = Metadata.empty();

    private ChunkProperty() {}

    /** The result of passing a body to a policy. */
    sealed interface BodyFate {
        record Passed(Buffer body) implements BodyFate {}

        record Answered(ImmediateResponse response) implements BodyFate {}

        /** The policy replaced the response by one with this status and body. */
        record Replaced(int status, Buffer body) implements BodyFate {}

        record Failed(ErrorCode code) implements BodyFate {}
    }

    /**
     * Checks the property for a request body.
     *
     * @param params YAML or JSON, as under {@code params:}
     * @throws AssertionError if the policy takes no chunks, or if a division changes the result; the message then lists
     *     the chunk sizes
     */
    public static <P extends Record> void holds(
            PolicyFactory<P> factory, String params, RequestView request, Buffer body) {
        holds(PolicyTester.eachOf(factory, PolicyTester.json(params), FakeEnvironment::new), request, NONE, body);
    }

    /**
     * Checks the property for a response body.
     *
     * @param params YAML or JSON, as under {@code params:}
     * @throws AssertionError if the policy takes no chunks, or if a division changes the result; the message then lists
     *     the chunk sizes
     */
    public static <P extends Record> void holds(
            PolicyFactory<P> factory, String params, ResponseView response, Buffer body) {
        holds(
                PolicyTester.eachOf(factory, PolicyTester.json(params), FakeEnvironment::new),
                response,
                TestMessages.get("/"),
                NONE,
                body);
    }

    /** Checks the property for a request, with a new policy for each division. */
    static void holds(Supplier<PolicyTester> testers, RequestView request, Metadata metadata, Buffer body) {
        check(
                testers,
                Phase.REQUEST,
                body,
                (tester, chunks) -> {
                    RequestChunkRun run = tester.requestChunks(request, metadata, chunks);
                    return run.answer() == null
                            ? new BodyFate.Passed(run.joined())
                            : new BodyFate.Answered(run.answer());
                },
                tester -> {
                    RequestRun run = tester.request(request.withBody(body), metadata);
                    return run.isDenied()
                            ? new BodyFate.Answered(run.denial())
                            : new BodyFate.Passed(present(run.request().body()));
                });
    }

    /** Checks the property for a response, with a new policy for each division. */
    static void holds(
            Supplier<PolicyTester> testers, ResponseView response, RequestView sent, Metadata metadata, Buffer body) {
        check(
                testers,
                Phase.RESPONSE,
                body,
                (tester, chunks) -> {
                    ResponseChunkRun run = tester.responseChunks(response, sent, sent, metadata, chunks);
                    return fate(response, run.headers().response(), run.joined());
                },
                tester -> {
                    ResponseView after = tester.response(response.withBody(body), sent, sent, metadata)
                            .response();
                    return fate(response, after, present(after.body()));
                });
    }

    private static BodyFate fate(ResponseView before, ResponseView after, Buffer body) {
        return before.status() == after.status()
                ? new BodyFate.Passed(body)
                : new BodyFate.Replaced(after.status(), body);
    }

    @FunctionalInterface
    private interface Chunks {
        BodyFate of(PolicyTester tester, List<Buffer> chunks);
    }

    private static void check(
            Supplier<PolicyTester> testers,
            Phase phase,
            Buffer body,
            Chunks chunks,
            Function<PolicyTester, BodyFate> complete) {
        BodyNeed need = with(testers, tester -> tester.bodyNeed(phase));
        if (!isAbout(need)) {
            throw new AssertionError("with these parameters the policy takes no chunks in the " + phase + " phase");
        }
        BodyFate whole = fate(testers, tester -> chunks.of(tester, List.of(body)));
        for (List<Buffer> cutBody : Cuts.of(body)) {
            BodyFate cut = fate(testers, tester -> chunks.of(tester, cutBody));
            if (!cut.equals(whole)) {
                throw differs(cut, Cuts.sizes(cutBody), whole, "one chunk");
            }
        }
        if (need == BodyNeed.BUFFERED_OR_STREAMING) {
            BodyFate buffered = fate(testers, complete);
            if (!whole.equals(buffered) && !isRefusalUnderWay(whole, buffered)) {
                throw differs(whole, "one chunk", buffered, "the complete body");
            }
        }
    }

    /** Returns whether a policy with this need for bodies accepts chunks. */
    static boolean isAbout(BodyNeed need) {
        return need == BodyNeed.STREAMING || need == BodyNeed.BUFFERED_OR_STREAMING;
    }

    private static boolean isRefusalUnderWay(BodyFate streamed, BodyFate buffered) {
        return streamed instanceof BodyFate.Failed
                && buffered instanceof BodyFate.Replaced(int status, var _)
                && status >= 500;
    }

    private static BodyFate fate(Supplier<PolicyTester> testers, Function<PolicyTester, BodyFate> run) {
        try {
            return with(testers, run);
        } catch (PolicyException expected) {
            return new BodyFate.Failed(expected.code());
        }
    }

    private static <T> T with(Supplier<PolicyTester> testers, Function<PolicyTester, T> use) {
        try (PolicyTester tester = testers.get()) {
            return use.apply(tester);
        }
    }

    private static AssertionError differs(BodyFate one, String how, BodyFate other, String otherwise) {
        return new AssertionError(how + " gives\n  " + one + "\nbut " + otherwise + " gives\n  " + other);
    }

    private static Buffer present(@Nullable Buffer body) {
        return body == null ? Buffer.buffer() : body;
    }
}
