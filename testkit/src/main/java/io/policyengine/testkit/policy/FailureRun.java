package io.policyengine.testkit.policy;

import io.policyengine.core.callout.CalloutException;
import io.policyengine.core.error.PolicyException;
import io.policyengine.core.http.RequestView;
import io.policyengine.core.http.ResponseView;
import io.policyengine.core.params.BoundParams;
import io.policyengine.core.params.ParamsBinder;
import io.policyengine.core.policy.EntryFacts;
import io.policyengine.core.policy.Fact;
import io.policyengine.core.policy.InvalidParamsException;
import io.policyengine.core.policy.Metadata;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.policy.PolicyFactory;
import io.policyengine.core.policy.ValidatedToken;
import io.policyengine.core.store.StoreException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Runs a policy case without its expectations, to compare the causes of failures with the declared facts. In some runs,
 * each message is hostile in one way. In others, no dependency works, or targets give answers that a client may
 * provoke. A policy may report a failed dependency only if it declares a dependency and this dependency fails, because
 * {@code on_failure} lets such messages pass.
 */
final class FailureRun {
    /**
     * The statuses with which a target may refuse a policy's request because of a client: for its form, its length or
     * its content, or because of too many requests.
     */
    private static final List<Integer> REFUSALS = List.of(400, 413, 422, 429);

    private final PolicyCase testCase;
    private final PolicyCaseRun run;
    private final PolicyTester tester;
    private final Map<Phase, EntryFacts> facts;
    /** The answer of all targets in a run with answers that a client may provoke; otherwise null. */
    private @Nullable String provoked;

    FailureRun(PolicyFactory<?> factory, PolicyCase testCase) {
        this.testCase = testCase;
        this.run = new PolicyCaseRun(factory, testCase);
        this.tester = run.prepared();
        this.facts = facts(factory, run.params());
    }

    private static <P extends Record> Map<Phase, EntryFacts> facts(PolicyFactory<P> factory, JsonNode params) {
        P bound = switch (ParamsBinder.ofPolicy(factory.paramsType()).bind(params)) {
            case BoundParams.Ok<P>(P valid) -> valid;
            case BoundParams.Invalid<P>(var problems) -> throw new InvalidParamsException(problems);
        };
        Map<Phase, EntryFacts> facts = new EnumMap<>(Phase.class);
        factory.descriptor().phases().forEach(phase -> facts.put(phase, factory.facts(bound, phase)));
        return facts;
    }

    /** Sends every nth hostile variant of each message of the case, or all variants if n is 1. */
    void withHostileMessages(int nth) {
        int number = testCase.name().hashCode();
        for (PolicyCase.Step step : testCase.steps()) {
            run.prepare(step);
            for (RequestView request : HostileMessages.of(PolicyCaseRun.request(step.request()))) {
                if (Math.floorMod(number++, nth) == 0) {
                    send(step, request, step.response() == null ? null : PolicyCaseRun.response(step.response()));
                }
            }
            if (step.response() != null) {
                for (ResponseView response : HostileMessages.of(PolicyCaseRun.response(step.response()))) {
                    if (Math.floorMod(number++, nth) == 0) {
                        send(step, PolicyCaseRun.request(step.request()), response);
                    }
                }
            }
            sendAsIs(step);
        }
        requireDeclared();
    }

    /** Sends the messages of the case while all targets, stores and sinks fail. */
    void withoutDependencies() {
        for (PolicyCase.Step step : testCase.steps()) {
            run.prepare(step);
            run.environment().failDependencies();
            sendAsIs(step);
        }
        requireDeclared();
    }

    /**
     * Sends the messages of a case while all targets refuse every request, and again while all answers are too long.
     * Each kind of answer gets its own policy and targets.
     */
    static void withProvokedAnswers(PolicyFactory<?> factory, PolicyCase testCase) {
        REFUSALS.forEach(status -> new FailureRun(factory, testCase)
                .withAnswers("status " + status, target -> target.answer(status, "{}")));
        new FailureRun(factory, testCase).withAnswers("a body that is too long", FakeTarget::tooLarge);
    }

    private void withAnswers(String named, Consumer<FakeTarget> answer) {
        provoked = named;
        for (PolicyCase.Step step : testCase.steps()) {
            run.prepare(step);
            run.environment().targets().forEach(target -> answer.accept(target.after(Duration.ZERO)));
            sendAsIs(step);
        }
    }

    private void sendAsIs(PolicyCase.Step step) {
        send(
                step,
                PolicyCaseRun.request(step.request()),
                step.response() == null ? null : PolicyCaseRun.response(step.response()));
    }

    /** Sends a message to the phases in which the step runs the policy. */
    private void send(PolicyCase.Step step, RequestView request, @Nullable ResponseView response) {
        PolicyTester here = tester.withEnvoy(PolicyCaseRun.envoy(step));
        Metadata metadata = Metadata.of(step.metadata());
        ValidatedToken token = step.validatedToken() == null ? null : new ValidatedToken(step.validatedToken());
        if (response == null) {
            attempt(Phase.REQUEST, () -> {
                if (step.chunks() == null) {
                    here.settled(here.requestLater(request, metadata, token));
                } else {
                    here.requestChunks(request, metadata, PolicyCaseRun.chunks(step));
                }
            });
            return;
        }
        RequestRun[] before = new RequestRun[1];
        if (step.bothPhases()) {
            attempt(Phase.REQUEST, () -> before[0] = here.settled(here.requestLater(request, metadata, token)));
            if (before[0] == null || before[0].isDenied()) {
                return;
            }
        }
        attempt(Phase.RESPONSE, () -> {
            if (before[0] != null) {
                here.response(response, before[0]);
            } else if (step.chunks() == null) {
                here.response(response, request, request, metadata);
            } else {
                here.responseChunks(response, request, request, metadata, PolicyCaseRun.chunks(step));
            }
        });
    }

    private void attempt(Phase phase, Runnable message) {
        try {
            message.run();
        } catch (PolicyException failure) {
            if (failure.code().isOfDependency()) {
                require(phase, failure);
            }
        } catch (AssertionError | RuntimeException other) {
            // A failure of another kind denies the message, and the cases themselves say which are expected.
            return;
        }
    }

    private void require(Phase phase, PolicyException failure) {
        if (provoked != null) {
            throw new AssertionError(failure.code() + " if a target answers with " + provoked
                    + ": on_failure would let this message pass, and a client may provoke that answer, so it could"
                    + " switch the policy off: " + failure.getMessage());
        }
        boolean isOfEnvironment = failure instanceof CalloutException || failure instanceof StoreException;
        if (!isOfEnvironment || !run.environment().hasCalledDependency()) {
            throw new AssertionError(failure.code()
                    + " while no target and no store fails: on_failure would let this message pass, so its"
                    + " sender could switch the policy off: " + failure.getMessage());
        }
        if (!declares(phase)) {
            throw new AssertionError(failure.code() + " in the " + phase.name().toLowerCase(Locale.ROOT)
                    + " phase, but the entry does not declare HAS_DEPENDENCY: " + failure.getMessage());
        }
    }

    /**
     * Requires that a policy declares a dependency if it uses a target or a shared store, because it may have to wait
     * for them.
     */
    private void requireDeclared() {
        List<String> used = run.environment().dependencies();
        if (!used.isEmpty() && facts.keySet().stream().noneMatch(this::declares)) {
            throw new AssertionError("the policy uses " + used + ", but does not declare HAS_DEPENDENCY");
        }
    }

    private boolean declares(Phase phase) {
        EntryFacts declared = facts.get(phase);
        return declared != null && declared.has(Fact.HAS_DEPENDENCY);
    }
}
