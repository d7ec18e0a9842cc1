package io.policyengine.kernel.extproc;

import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.ResponseView;
import io.policyengine.core.instruction.ImmediateResponse;
import io.policyengine.core.policy.ExchangeEnd;
import io.policyengine.kernel.aggregate.ChainProgress;
import io.policyengine.kernel.aggregate.PhaseResult;
import io.policyengine.kernel.aggregate.ResponsePhaseRun;
import io.policyengine.kernel.metrics.AnswerKind;
import io.policyengine.kernel.plan.FlowPlan;
import io.policyengine.kernel.plan.RoutePlan;
import io.policyengine.kernel.recorder.ExchangeRecord;
import io.policyengine.kernel.recorder.Outcome;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The decision that ends an exchange: a policy's response, a refusal, or the end of the stream. The first decision is
 * final.
 */
final class Verdict {
    /** The name that is reported as the decider if no policy decided. */
    static final String KERNEL = "kernel";

    private final Host host;
    private final LoopContext loop;

    private @Nullable Outcome outcome;
    private @Nullable ImmediateAnswer given;

    /** True while response policies run on the engine's own response to the client. */
    private boolean deciding;

    private int calls;

    /** The response that the client gets instead of the upstream's, and the name of the entry that decided it. */
    record ImmediateAnswer(ImmediateResponse response, String decidedBy) {}

    /** The operations that the verdict requires of its exchange. */
    interface Host {
        ExchangeFacts facts();

        ExchangeRecord record();

        /** Begins a part of a chain. Returns the deadline of that part, on the ticker. */
        long beginPhase();

        /** Returns the deadline of the current or last part of a chain. */
        long phaseDeadline();

        /** Returns the header fields that request policies have set for the response. */
        HeaderMap left();

        /** Creates a run of response policies on the engine's own response. */
        ResponsePhaseRun newRun(FlowPlan flow, ResponseView denial);

        /** Sends the response to the client, and stops all other work of the exchange. */
        void answer(ImmediateAnswer answer);
    }

    Verdict(Host host, LoopContext loop) {
        this.host = host;
        this.loop = loop;
    }

    /** Returns whether neither a response nor an outcome is decided yet. */
    boolean isOpen() {
        return outcome == null && !deciding;
    }

    /** Returns the outcome of the exchange, or null if undecided. */
    @Nullable
    Outcome outcome() {
        return outcome;
    }

    /**
     * Returns the description of the exchange's end that policies receive.
     *
     * @param status the status of the upstream's response; 0 if none has passed
     * @param complete whether the upstream's response has passed completely, as far as is known
     * @param refusalCode the code with which a policy has replaced the upstream's response, or null
     */
    ExchangeEnd end(long exchangeId, int status, boolean complete, @Nullable String refusalCode) {
        ImmediateAnswer answer = given;
        if (answer == null) {
            return new ExchangeEnd(exchangeId, status, !complete, null, null, refusalCode, null);
        }
        String deniedBy = outcome == Outcome.DENIED ? answer.decidedBy() : null;
        ImmediateResponse response = answer.response();
        return new ExchangeEnd(
                exchangeId, response.status(), false, deniedBy, response.reason(), response.code(), response.rule());
    }

    /**
     * Returns the kind of response that the client got.
     *
     * @param how the outcome of the exchange
     */
    AnswerKind answerKind(Outcome how) {
        return given == null
                ? how.answerWithoutVerdict()
                : AnswerKind.ofStatus(given.response().status());
    }

    /** Returns the number of worker calls made for the engine's own response. */
    int calls() {
        return calls;
    }

    /** Ends the exchange with the given outcome, without a response to the client. */
    void settle(Outcome how) {
        outcome = how;
    }

    /**
     * Logs why the stream is aborted, even if the exchange already has an outcome. Sets the outcome if there is none.
     */
    void breakOff(ErrorCode code, String reason) {
        loop.shared().log().failure(code, host.facts(), reason);
        host.record().failed(code, reason);
        if (outcome == null) {
            outcome = Outcome.of(code);
        }
    }

    /**
     * Answers the client with the response of a policy.
     *
     * @param progress the progress of the policy's chain
     */
    void denied(ImmediateResponse denial, String by, Supplier<@Nullable ChainProgress> progress) {
        loop.shared().log().denied(host.facts(), by, denial, progress);
        deny(Outcome.DENIED, denial, by, host.left());
    }

    /** Answers the client with an error after a chain failed. The error has already been logged. */
    void failed(ErrorCode code, String failedAt) {
        host.record().failed(code, "the chain failed at " + failedAt);
        deny(Outcome.of(code), errorResponse(code), failedAt, HeaderMap.empty());
    }

    /**
     * Answers the client with an error of the engine because the chain cannot run or continue.
     *
     * @param applyPolicies whether policies marked {@code on_denial} run on the response
     */
    void refuse(Outcome how, ErrorCode code, String reason, boolean applyPolicies) {
        if (!isOpen()) {
            return;
        }
        loop.shared().log().failure(code, host.facts(), reason);
        host.record().failed(code, reason);
        if (applyPolicies) {
            host.beginPhase();
            deny(how, errorResponse(code), KERNEL, HeaderMap.empty());
        } else {
            answer(how, errorResponse(code), KERNEL);
        }
    }

    private ImmediateResponse errorResponse(ErrorCode code) {
        return loop.errorResponses().of(code, host.facts().requestId());
    }

    void answer(Outcome how, ImmediateResponse response, String decidedBy) {
        if (outcome == null) {
            outcome = how;
            ImmediateAnswer answer = new ImmediateAnswer(
                    RequestIdMember.in(response, host.facts().requestId()), decidedBy);
            given = answer;
            host.record().decided(decidedBy, response, loop.ticker().nanoTime());
            host.answer(answer);
        }
    }

    /**
     * Runs the response policies for denials within the phase's time limit, then answers the client. If they cannot
     * run, a denial is sent without their changes, but a response with content is replaced by an error.
     *
     * @param left additional fields, see {@link #marked}
     */
    private void deny(Outcome how, ImmediateResponse denial, String decidedBy, HeaderMap left) {
        RoutePlan plan = host.facts().plan();
        if (plan == null || plan.onDenial().isEmpty()) {
            answer(how, marked(denial, denial.headers(), left), decidedBy);
            return;
        }
        long deadline = host.phaseDeadline();
        if (loop.ticker().nanoTime() - deadline >= 0) {
            withoutPolicies(how, denial, decidedBy, left, ErrorCode.DEADLINE_EXCEEDED, KERNEL);
            return;
        }
        deciding = true;
        host.record().onDenial();
        FlowPlan flow = plan.onDenial();
        ResponsePhaseRun run = host.newRun(flow, new ResponseView(denial.status(), denial.headers(), null));
        run.runTo(flow.segments().size(), false, deadline, result -> {
            calls += result.calls();
            switch (result) {
                case PhaseResult.Passed<ResponseView> passed
                when passes(passed) -> answer(how, marked(denial, passed.view().headers(), left), decidedBy);
                case PhaseResult.Passed<ResponseView> _ ->
                    withoutPolicies(how, denial, decidedBy, left, ErrorCode.INVALID_INSTRUCTION, KERNEL);
                case PhaseResult.Denied<ResponseView> refused
                when denial.isContent() -> {
                    loop.shared().log().denied(host.facts(), refused.deniedBy(), refused.response(), run::progress);
                    answer(Outcome.DENIED, refused.response(), refused.deniedBy());
                }
                case PhaseResult.Denied<ResponseView> _ ->
                    answer(how, marked(denial, denial.headers(), left), decidedBy);
                case PhaseResult.Failed<ResponseView> failed ->
                    withoutPolicies(how, denial, decidedBy, left, failed.code(), failed.failedAt());
            }
        });
    }

    /** Returns whether Envoy accepts the response's fields. */
    private boolean passes(PhaseResult.Passed<ResponseView> passed) {
        return loop.rules().check(passed.view().headers()) == null;
    }

    /** Answers the client after the response policies for denials failed with {@code code}. */
    private void withoutPolicies(
            Outcome how, ImmediateResponse denial, String decidedBy, HeaderMap left, ErrorCode code, String failedAt) {
        if (denial.isContent()) {
            String reason = "the response policies for the answer of '" + decidedBy + "' failed at " + failedAt;
            loop.shared().log().failure(code, host.facts(), reason);
            host.record().failed(code, reason);
            answer(Outcome.of(code), errorResponse(code), failedAt);
        } else {
            answer(how, marked(denial, denial.headers(), left), decidedBy);
        }
    }

    /**
     * Returns the denial with {@code headers} and the additional fields of {@code left}. In a response with content, an
     * additional field replaces a field of the same name, as in an upstream's response. In other denials, the denial's
     * own field is kept. The additional fields are omitted if Envoy would not accept so many.
     */
    private ImmediateResponse marked(ImmediateResponse denial, HeaderMap headers, HeaderMap left) {
        if (left.size() == 0) {
            return denial.withHeaders(headers);
        }
        HeaderMap.Builder more = headers.toBuilder();
        left.forEach((name, value) -> {
            if (denial.isContent() || !denial.headers().contains(name)) {
                more.set(name, value);
            }
        });
        HeaderMap marked = more.build();
        return denial.withHeaders(loop.rules().check(marked) == null ? marked : headers);
    }
}
