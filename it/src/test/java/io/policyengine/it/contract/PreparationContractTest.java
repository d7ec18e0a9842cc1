package io.policyengine.it.contract;

import static io.policyengine.it.engine.TestWorker.chain;
import static io.policyengine.it.engine.TestWorker.entry;
import static io.policyengine.it.engine.TestWorker.outcome;
import static io.policyengine.it.engine.TestWorker.request;
import static io.policyengine.it.engine.TestWorker.when;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.policyengine.core.chain.EntryResult;
import io.policyengine.core.config.PolicySettings;
import io.policyengine.core.instruction.SetHeader;
import io.policyengine.core.params.ParamProblem;
import io.policyengine.core.policy.BodyNeed;
import io.policyengine.core.policy.Cancellation;
import io.policyengine.core.policy.Metadata;
import io.policyengine.core.policy.Question;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.core.worker.ChainSpec;
import io.policyengine.core.worker.EntryAnswer;
import io.policyengine.core.worker.PolicyQuestion;
import io.policyengine.core.worker.PreparedChain;
import io.policyengine.core.worker.RequestCall;
import io.policyengine.core.worker.WorkerControl;
import io.policyengine.core.worker.WorkerException;
import io.policyengine.core.worker.WorkerHealth;
import io.policyengine.it.engine.TestPolicies;
import io.policyengine.it.engine.TestWorker;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.node.ObjectNode;

/** The preparation of chains, and questions about them, are the same in both forms of a worker. */
@ParameterizedClass
@EnumSource
class PreparationContractTest extends WorkerContract {
    PreparationContractTest(TestWorker.Form form) {
        super(form);
    }

    @Test
    void aConditionThatDoesNotCompileIsAProblemThatDoesNotQuoteIt() {
        ChainSpec chain = chain(1, when("request.secret == ''", entry("show", "{}")));

        WorkerControl control = worker.connect();
        PreparedChain prepared =
                worker.await(() -> control.prepare(1, List.of(chain))).getFirst();

        assertThat(prepared.isCallable()).isFalse();
        assertThat(prepared.entries().getFirst().problems())
                .containsExactly(
                        new ParamProblem("", "when: not a valid CEL condition for this worker, at line 1, column 1"));
    }

    @Test
    void tellsByWhichFieldsAnEntryNamesTheClient() {
        ChainSpec chain = chain(1, entry("setHeader", "{\"name\": \"X-Tenant\"}"), entry("show", "{}"));

        WorkerControl control = worker.connect();
        PreparedChain prepared =
                worker.await(() -> control.prepare(1, List.of(chain))).getFirst();

        assertThat(prepared.entries())
                .extracting(entry -> entry.facts().identityFields())
                .containsExactly(Set.of("x-tenant"), Set.of());
    }

    @Test
    void doesNotKnowWhatIsNotPrepared() {
        ChainSpec chain = chain(1, entry("setHeader", "{}"));
        WorkerControl control = worker.prepare(chain);
        worker.await(() -> control.release(List.of(1L, 99L)));

        assertFails(
                WorkerException.Kind.UNKNOWN_CHAIN,
                () -> worker.link().execute(worker.requestCall(1, 1, request(), Metadata.empty())));
    }

    @Test
    void tellsAllThatIsWrongWithParameters() {
        WorkerControl control = worker.connect();
        ChainSpec bad = chain(
                1,
                entry("setHeader", "{\"size\": \"many\", \"nam\": 1}"),
                entry("picky", "{\"size\": -1}"),
                entry("absent", "{}"),
                entry("answer", "{}"),
                entry("setHeader", "{}"),
                entry("picky", "{\"size\": -2}"));
        ChainSpec good = chain(2, entry("upperCase", "{\"size\": 1}"), entry("upperCase", "{}"));

        List<PreparedChain> prepared = worker.await(() -> control.prepare(1, List.of(bad, good)));

        List<PreparedChain.Entry> entries = prepared.get(0).entries();
        assertThat(entries.get(0).problems()).extracting(ParamProblem::pointer).contains("/size", "/nam");
        assertThat(entries.get(1).problems()).containsExactly(new ParamProblem("/size", "must not be negative"));
        assertThat(entries.get(2).unknownPolicy()).isTrue();
        assertThat(entries.get(3).problems()).hasSize(1);
        assertThat(entries.get(4).isGood()).isTrue();
        assertThat(entries.get(5).problems()).hasSize(1);
        assertThat(prepared.get(0).isCallable()).isFalse();
        assertThat(prepared.get(1).entries())
                .extracting(PreparedChain.Entry::bodyNeed)
                .containsExactly(BodyNeed.BUFFERED, BodyNeed.NONE);
        assertFails(
                WorkerException.Kind.UNKNOWN_CHAIN,
                () -> worker.link().execute(worker.requestCall(1, 5, request(), Metadata.empty())));
    }

    @Test
    void entriesHaveTheParametersThatTheSettingsOfTheWorkerGive() {
        worker.close();
        ObjectNode shared = JSON.objectNode().put("name", "X-Shared").put("value", "shared");
        worker = TestWorker.start(
                form,
                directory,
                options -> options.with(changed -> changed.policySettings(Map.of(
                        "setHeader",
                        PolicySettings.of(shared),
                        "picky",
                        PolicySettings.of(JSON.objectNode().put("size", -1))))));
        ChainSpec good = chain(
                1,
                entry("setHeader", "{}"),
                entry("setHeader", "{\"value\": \"own\"}"),
                entry("picky", "{\"size\": 1}"));
        ChainSpec bad = chain(2, entry("picky", "{}"), entry("picky", "{\"size\": -1}"));

        WorkerControl control = worker.prepare(good);
        List<EntryResult<RequestOutcome>> results = worker.run(good);
        PreparedChain refused =
                worker.await(() -> control.prepare(1, List.of(bad))).getFirst();

        assertThat(outcome(results, 0).instructions()).containsExactly(new SetHeader("X-Shared", "shared"));
        assertThat(outcome(results, 1).instructions()).containsExactly(new SetHeader("X-Shared", "own"));
        assertThat(refused.entries().get(0).problems()).singleElement().satisfies(problem -> {
            assertThat(problem.pointer()).isEmpty();
            assertThat(problem.message()).startsWith("'size': must not be negative (from 'policies.config', ");
        });
        assertThat(refused.entries().get(1).problems())
                .containsExactly(new ParamProblem("/size", "must not be negative"));
    }

    @Test
    void preparesManyChainsAtOnce() {
        WorkerControl control = worker.connect();
        List<ChainSpec> many = new ArrayList<>();
        for (long id = 1; id <= 2000; id++) {
            many.add(chain(id, entry("setHeader", "{\"value\": \"" + "v".repeat(2000) + "\"}")));
        }

        List<PreparedChain> prepared = worker.await(() -> control.prepare(1, many));

        assertThat(prepared).hasSize(2000).allMatch(PreparedChain::isCallable);
        assertThat(prepared.get(1999).id()).isEqualTo(2000);
    }

    @Test
    void preparingAgainChangesNothing() {
        ChainSpec chain = chain(1, entry("setHeader", "{}"));
        WorkerControl control = worker.prepare(chain);
        int closed = TestPolicies.CLOSED.get();

        List<PreparedChain> again = worker.await(() -> control.prepare(2, List.of(chain)));

        assertThat(again.getFirst().isCallable()).isTrue();
        assertThat(TestPolicies.CLOSED.get()).isEqualTo(closed);
    }

    @Test
    void stateOutlivesAReloadThatDoesNotChangeIt() {
        ChainSpec first = chain(1, entry("count", "{\"value\": \"a\"}"));
        ChainSpec same = chain(2, entry("count", "{\"value\": \"a\", \"size\": 5}"));
        ChainSpec changed = chain(3, entry("count", "{\"value\": \"b\"}"));
        WorkerControl control = worker.prepare(first);
        worker.run(first);
        worker.prepare(same, changed);
        worker.await(() -> control.release(List.of(1L)));

        assertThat(outcome(worker.run(same), 0).instructions()).containsExactly(new SetHeader("x-count", "2"));
        assertThat(outcome(worker.run(changed), 0).instructions()).containsExactly(new SetHeader("x-count", "1"));
        assertThat(worker.local().heldStates()).isEqualTo(2);

        worker.await(() -> control.release(List.of(2L, 3L)));
        assertThat(worker.local().heldStates()).isZero();
    }

    @Test
    void aReleasedChainIsClosedWhenItsLastCallEnds() {
        ChainSpec chain = chain(1, entry("never", "{}"));
        WorkerControl control = worker.prepare(chain);
        Cancellation cancellation = new Cancellation();
        worker.await(() -> Future.succeededFuture(worker.link()
                .execute(new RequestCall(
                        worker.call(Duration.ofSeconds(5), cancellation), 1, 0, 1, request(), Metadata.empty()))));
        ChainSpec other = chain(2, entry("count", "{}"));
        worker.await(() -> control.prepare(1, List.of(other)));
        worker.run(other);
        int closed = TestPolicies.CLOSED.get();

        worker.await(() -> control.release(List.of(1L)));
        assertThat(TestPolicies.CLOSED.get()).isEqualTo(closed);

        worker.await(() -> {
            cancellation.cancel();
            return Future.succeededFuture(true);
        });
        worker.run(other);
        assertThat(TestPolicies.CLOSED.get()).isEqualTo(closed + 1);
    }

    @Test
    void showsTheHealthOfItsPolicies() {
        ChainSpec chain = chain(1, entry("setHeader", "{\"value\": \"ill\"}"));
        WorkerControl control = worker.prepare(chain);

        WorkerHealth health = worker.await(control::checkHealth);

        assertThat(health).isEqualTo(new WorkerHealth(true, "", Map.of("setHeader", "it is ill")));
    }

    @Test
    void putsAQuestionToEachEntryOfThePolicyOnce() {
        WorkerControl control = worker.prepare(
                chain(1, entry("setHeader", "{\"value\": \"old\"}"), entry("later", "{\"value\": \"other\"}")),
                chain(2, entry("setHeader", "{\"value\": \"new\"}"), entry("later", "{\"value\": \"other\"}")));
        Question known = new Question("value", Map.of("after", "!"));

        List<EntryAnswer> answers = worker.await(() -> control.ask(new PolicyQuestion("setHeader", "", known)));

        assertThat(answers).hasSize(1);
        assertThat(answers.getFirst().answer())
                .as("of two generations, the newer")
                .isEqualTo(JSON.stringNode("new!"));
        String route = answers.getFirst().route();
        assertThat(worker.await(() -> control.ask(new PolicyQuestion("setHeader", route, known))))
                .isEqualTo(answers);
        assertThat(worker.await(() -> control.ask(new PolicyQuestion("setHeader", "/elsewhere", known))))
                .isEmpty();
        assertThat(worker.await(() -> control.ask(new PolicyQuestion("nobody", "", known))))
                .isEmpty();
        assertThat(worker.await(
                        () -> control.ask(new PolicyQuestion("setHeader", "", new Question("unheardOf", Map.of())))))
                .isEmpty();
        assertThat(worker.await(
                        () -> control.ask(new PolicyQuestion("setHeader", "", new Question("trouble", Map.of())))))
                .extracting(EntryAnswer::answer, EntryAnswer::failure)
                .containsExactly(tuple(null, "java.lang.IllegalStateException"));
    }
}
