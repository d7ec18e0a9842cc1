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
 * That it never changes a result where a body is cut: a policy that takes chunks passes the same bytes, or refuses in the same
 * way, for one chunk, for single bytes, with empty chunks and for random cuts. One that takes the body complete as well does
 * with it what it does with the chunks.
 *
 * <p>What went on before a refusal is left out: that depends on the cuts. A response that is under way cannot be replaced any
 * more, so a policy that answers with 500 or more in place of a complete body may fail on chunks.
 */
public final class ChunkProperty {
    private static final Metadata NONE = Metadata.empty();

    private ChunkProperty() {}

    /** What became of a body. */
    sealed interface Verdict {
        /** These bytes went on. */
        record Passed(Buffer body) implements Verdict {}

        /** The client got this answer. */
        record Answered(ImmediateResponse response) implements Verdict {}

        /** Status and body of the response are others. */
        record Replaced(int status, Buffer body) implements Verdict {}

        /** The policy failed. */
        record Failed(ErrorCode code) implements Verdict {}
    }

    /**
     * Holds for this body of a request.
     *
     * @param params YAML or JSON, as under {@code params:}
     * @throws AssertionError if not, with the sizes of the chunks
     */
    public static <P extends Record> void holds(
            PolicyFactory<P> factory, String params, RequestView request, Buffer body) {
        holds(PolicyTester.eachOf(factory, PolicyTester.json(params), FakeEnvironment::new), request, NONE, body);
    }

    /**
     * Holds for this body of a response.
     *
     * @param params YAML or JSON, as under {@code params:}
     * @throws AssertionError if not, with the sizes of the chunks
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

    /** Holds for a request, with a fresh policy for each cut. */
    static void holds(Supplier<PolicyTester> testers, RequestView request, Metadata metadata, Buffer body) {
        check(
                testers,
                Phase.REQUEST,
                body,
                (tester, chunks) -> {
                    RequestChunkRun run = tester.requestChunks(request, metadata, chunks);
                    return run.answer() == null ? new Verdict.Passed(run.joined()) : new Verdict.Answered(run.answer());
                },
                tester -> {
                    RequestRun run = tester.request(request.withBody(body), metadata);
                    return run.isDenied()
                            ? new Verdict.Answered(run.denial())
                            : new Verdict.Passed(present(run.request().body()));
                });
    }

    /** Holds for a response, with a fresh policy for each cut. */
    static void holds(
            Supplier<PolicyTester> testers, ResponseView response, RequestView sent, Metadata metadata, Buffer body) {
        check(
                testers,
                Phase.RESPONSE,
                body,
                (tester, chunks) -> {
                    ResponseChunkRun run = tester.responseChunks(response, sent, sent, metadata, chunks);
                    return verdict(response, run.headers().response(), run.joined());
                },
                tester -> {
                    ResponseView after = tester.response(response.withBody(body), sent, sent, metadata)
                            .response();
                    return verdict(response, after, present(after.body()));
                });
    }

    private static Verdict verdict(ResponseView before, ResponseView after, Buffer body) {
        return before.status() == after.status()
                ? new Verdict.Passed(body)
                : new Verdict.Replaced(after.status(), body);
    }

    @FunctionalInterface
    private interface Chunks {
        Verdict of(PolicyTester tester, List<Buffer> chunks);
    }

    private static void check(
            Supplier<PolicyTester> testers,
            Phase phase,
            Buffer body,
            Chunks chunks,
            Function<PolicyTester, Verdict> complete) {
        BodyNeed need = with(testers, tester -> tester.bodyNeed(phase));
        if (!isAbout(need)) {
            throw new AssertionError("with these parameters the policy takes no chunks in the " + phase + " phase");
        }
        Verdict whole = verdict(testers, tester -> chunks.of(tester, List.of(body)));
        for (List<Buffer> chunks : Cuts.of(body)) {
            Verdict cut = verdict(testers, tester -> chunks.of(tester, chunks));
            if (!cut.equals(whole)) {
                throw differs(cut, Cuts.sizes(chunks), whole, "one chunk");
            }
        }
        if (need == BodyNeed.BUFFERED_OR_STREAMING) {
            Verdict buffered = verdict(testers, complete);
            if (!whole.equals(buffered) && !isRefusalUnderWay(whole, buffered)) {
                throw differs(whole, "one chunk", buffered, "the complete body");
            }
        }
    }

    /** Whether a policy of this need takes chunks. */
    static boolean isAbout(BodyNeed need) {
        return need == BodyNeed.STREAMING || need == BodyNeed.BUFFERED_OR_STREAMING;
    }

    private static boolean isRefusalUnderWay(Verdict streamed, Verdict buffered) {
        return streamed instanceof Verdict.Failed
                && buffered instanceof Verdict.Replaced(int status, var _)
                && status >= 500;
    }

    private static Verdict verdict(Supplier<PolicyTester> testers, Function<PolicyTester, Verdict> run) {
        try {
            return with(testers, run);
        } catch (PolicyException expected) {
            return new Verdict.Failed(expected.code());
        }
    }

    private static <T> T with(Supplier<PolicyTester> testers, Function<PolicyTester, T> use) {
        try (PolicyTester tester = testers.get()) {
            return use.apply(tester);
        }
    }

    private static AssertionError differs(Verdict one, String how, Verdict other, String otherwise) {
        return new AssertionError(how + " gives\n  " + one + "\nbut " + otherwise + " gives\n  " + other);
    }

    private static Buffer present(@Nullable Buffer body) {
        return body == null ? Buffer.buffer() : body;
    }
}
