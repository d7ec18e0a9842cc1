package io.policyengine.kernel.worker.call;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.chain.SegmentResult;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.ResponseView;
import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.Cancellation;
import io.policyengine.core.policy.ExchangeEnd;
import io.policyengine.core.policy.Metadata;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.policy.TrailersContext;
import io.policyengine.core.worker.OpenSegment;
import io.policyengine.core.worker.RequestCall;
import io.policyengine.core.worker.ResponseCall;
import io.policyengine.core.worker.SegmentCall;
import io.policyengine.core.worker.TrailersCall;
import io.policyengine.core.worker.WorkerException;
import io.policyengine.core.worker.WorkerException.Kind;
import io.policyengine.core.worker.WorkerLink;
import io.policyengine.kernel.overload.CallKind;
import io.policyengine.kernel.worker.Affinity;
import io.policyengine.kernel.worker.CallLimits;
import io.policyengine.kernel.worker.Replica;
import io.policyengine.kernel.worker.Worker;
import io.policyengine.kernel.worker.WorkerChain;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.IntFunction;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** SPEC "Workers": connection failures are retried, never after the worker may have run; an overloaded replica is passed over once. */
class RetriesTest {
    private static final long NOW = 1_000_000;
    private final Vertx vertx = Vertx.vertx();
    private final Context loop = vertx.getOrCreateContext();
    private long now = NOW;
    private final WorkerCalls calls = new WorkerCalls(vertx, () -> now, RandomGenerator.getDefault(), () -> 1);
    private final Replica one = new Replica(0, new NamedLink("/one"));
    private final Replica two = new Replica(1, new NamedLink("/two"));
    private final Cancellation cancellation = new Cancellation();
    private final List<String> tried = new ArrayList<>();

    @AfterEach
    void stop() throws TimeoutException {
        vertx.close().await(30, TimeUnit.SECONDS);
    }

    @Test
    void whatMayHaveBegunIsNeverTriedAgain() {
        EnumSet<Kind> begun = EnumSet.complementOf(EnumSet.of(Kind.UNREACHABLE, Kind.OVERLOADED, Kind.UNKNOWN_CHAIN));

        for (Kind kind : begun) {
            tried.clear();
            Future<String> answer = call(worker(5, 1, one, two), _ -> failed(kind));

            assertThat(answer.cause()).as("%s", kind).isInstanceOf(WorkerException.class);
            assertThat(tried).as("%s", kind).containsExactly("/one");
        }
    }

    @Test
    void whatIsNoFailureOfACallIsNeverTriedAgain() {
        Future<String> answer =
                call(worker(5, 1, one, two), _ -> Future.failedFuture(new IllegalStateException("a bug")));

        assertThat(answer.cause()).hasMessage("a bug");
        assertThat(tried).containsExactly("/one");
    }

    @Test
    void whatCannotHaveBegunIsTriedElsewhereAtOnce() {
        for (Kind kind : EnumSet.of(Kind.UNREACHABLE, Kind.OVERLOADED, Kind.UNKNOWN_CHAIN)) {
            tried.clear();

            assertThat(call(
                                    worker(3, 1, one, two),
                                    attempt -> attempt == 1 ? failed(kind) : Future.succeededFuture("ok"))
                            .result())
                    .as("%s", kind)
                    .isEqualTo("ok");
            assertThat(tried).as("%s", kind).containsExactly("/one", "/two");
        }
    }

    @Test
    void aSecondReplicaIsTriedEvenWhereOneAttemptIsConfigured() {
        call(worker(1, 1, one, two), _ -> failed(Kind.UNREACHABLE));

        assertThat(tried).containsExactly("/one", "/two");
    }

    @Test
    void anOverloadedReplicaIsPassedOverOnceHoweverManyAttemptsAreConfigured() {
        Future<String> answer = call(worker(10, 1, one, two), _ -> failed(Kind.OVERLOADED));

        assertThat(((WorkerException) answer.cause()).kind()).isEqualTo(Kind.OVERLOADED);
        assertThat(tried).containsExactly("/one", "/two");
    }

    @Test
    void theOnlyReplicaIsTriedAgainAfterAPauseAsOftenAsIsConfigured() throws TimeoutException {
        Future<String> answer = onLoop(worker(3, 5, one), _ -> failed(Kind.UNREACHABLE));

        assertThat(answer.otherwise(Throwable::getMessage).await(30, TimeUnit.SECONDS))
                .isEqualTo("told UNREACHABLE");
        assertThat(tried).containsExactly("/one", "/one", "/one");
    }

    @Test
    void theOnlyReplicaIsNotTriedAgainWhereItIsOverloadedOrKnowsNotTheChain() throws TimeoutException {
        for (Kind kind : EnumSet.of(Kind.OVERLOADED, Kind.UNKNOWN_CHAIN)) {
            tried.clear();
            Future<String> answer = onLoop(worker(3, 5, one), _ -> failed(kind));

            assertThat(answer.otherwise(Throwable::getMessage).await(30, TimeUnit.SECONDS))
                    .as("%s", kind)
                    .isEqualTo("told " + kind);
            assertThat(tried).as("%s", kind).containsExactly("/one");
        }
    }

    @Test
    void theSameReplicaIsNotTriedAgainWhereOneAttemptIsConfigured() throws TimeoutException {
        Worker worker = worker(1, 50, one);

        Future<String> answer = onLoop(worker, _ -> {
            worker.publish(List.of());
            vertx.setTimer(1, _ -> worker.publish(List.of(one)));
            return failed(Kind.UNREACHABLE);
        });

        assertThat(answer.otherwise(Throwable::getMessage).await(30, TimeUnit.SECONDS))
                .isEqualTo("told UNREACHABLE");
        assertThat(tried).containsExactly("/one");
    }

    @Test
    void nothingIsTriedAgainThatWouldComeAfterTheDeadline() {
        Worker worker = worker(3, 5, one);
        Call late = new Call("r", 1, NOW + Duration.ofMillis(5).toNanos(), cancellation);

        Future<String> answer = call(worker, late, _ -> failed(Kind.UNREACHABLE));

        assertThat(answer.failed()).isTrue();
        assertThat(tried).containsExactly("/one");
    }

    @ParameterizedTest
    @CsvSource({"25, false", "26, true", "49, true"})
    void anAttemptThatBeginsWithLessThanThreeQuartersOfTheTimeIsCutShort(int taken, boolean isCutShort) {
        Call limited = new Call("r", 1, NOW + Duration.ofMillis(100).toNanos(), cancellation);
        List<Boolean> cut = new ArrayList<>();

        Future<String> answer = calls.call(
                new WorkerChain(worker(3, 1, one, two), 1), OneExchange.begun(), CallKind.REQUEST, limited, link -> {
                    cut.add(link instanceof CutShortLink);
                    now += Duration.ofMillis(taken).toNanos();
                    return cut.size() == 1 ? failed(Kind.UNREACHABLE) : Future.succeededFuture("ok");
                });

        assertThat(answer.result()).isEqualTo("ok");
        assertThat(cut).containsExactly(false, isCutShort);
    }

    @Test
    void theCallsOfALinkThatIsCutShortAreCutShort() {
        List<SegmentCall<?>> sent = new ArrayList<>();
        WorkerLink link = new CutShortLink(new WorkerLink() {
            @Override
            public <O> Future<SegmentResult<O>> execute(SegmentCall<O> call) {
                sent.add(call);
                return failed(Kind.UNREACHABLE).mapEmpty();
            }

            @Override
            public <O> Future<OpenSegment<O>> open(SegmentCall<O> call) {
                sent.add(call);
                return failed(Kind.UNREACHABLE).mapEmpty();
            }

            @Override
            public void exchangeEnded(ExchangeEnd end) {}
        });
        Call call = new Call("r", 1, NOW, cancellation);
        RequestCall request = new RequestCall(call, 1, 0, 1, OneExchange.REQUEST, Metadata.empty());
        ResponseCall response = new ResponseCall(
                call,
                1,
                0,
                1,
                ResponseView.absentResponse(),
                OneExchange.REQUEST,
                OneExchange.REQUEST,
                Metadata.empty());
        TrailersCall trailers = new TrailersCall(
                Phase.REQUEST,
                1,
                0,
                1,
                new TrailersContext(
                        HeaderMap.empty(),
                        ResponseView.absentResponse(),
                        OneExchange.REQUEST,
                        OneExchange.REQUEST,
                        Metadata.empty(),
                        call),
                false);

        link.execute(request);
        link.open(response);
        link.execute(trailers);

        assertThat(sent).hasSize(3).allMatch(each -> each.call().isCutShort());
    }

    @Test
    void aCallThatNobodyWaitsForIsNotTriedAgain() {
        Future<String> answer = call(worker(3, 1, one, two), _ -> {
            cancellation.cancel();
            return failed(Kind.UNREACHABLE);
        });

        assertThat(answer.failed()).isTrue();
        assertThat(tried).containsExactly("/one");
    }

    @Test
    void aReplicaThatIsGoneIsWaitedForAsAnAttempt() throws TimeoutException {
        Worker worker = worker(3, 5, one);

        Future<String> answer = onLoop(worker, _ -> {
            worker.publish(List.of());
            return failed(Kind.UNREACHABLE);
        });

        assertThat(answer.otherwise(Throwable::getMessage).await(30, TimeUnit.SECONDS))
                .isEqualTo("told UNREACHABLE");
        assertThat(tried).containsExactly("/one");
    }

    @Test
    void aReplicaThatComesBackWithinThePauseIsCalled() throws TimeoutException {
        Worker worker = worker(3, 50, one);

        Future<String> answer = onLoop(worker, attempt -> {
            worker.publish(List.of());
            vertx.setTimer(1, _ -> worker.publish(List.of(two)));
            return attempt == 1 ? failed(Kind.UNREACHABLE) : Future.succeededFuture("ok");
        });

        assertThat(answer.await(30, TimeUnit.SECONDS)).isEqualTo("ok");
        assertThat(tried).containsExactly("/one", "/two");
    }

    private Future<String> onLoop(Worker worker, IntFunction<Future<String>> attempt) {
        Promise<String> answer = Promise.promise();
        loop.runOnContext(_ -> call(worker, attempt).onComplete(answer));
        return answer.future();
    }

    private Future<String> call(Worker worker, IntFunction<Future<String>> attempt) {
        return call(worker, new Call("r", 1, Long.MAX_VALUE, cancellation), attempt);
    }

    private Future<String> call(Worker worker, Call call, IntFunction<Future<String>> attempt) {
        return calls.call(
                new WorkerChain(worker, 1), OneExchange.begun(), CallKind.REQUEST, call, (WorkerLink link) -> {
                    tried.add(((NamedLink) link).address());
                    return attempt.apply(tried.size());
                });
    }

    private static Future<String> failed(Kind kind) {
        return Future.failedFuture(new WorkerException(kind, "told " + kind));
    }

    private static Worker worker(int maxAttempts, int backoffMillis, Replica... replicas) {
        Worker worker = new Worker(
                "w",
                Duration.ofSeconds(1),
                new CallLimits(1000, true),
                maxAttempts,
                Duration.ofMillis(backoffMillis),
                false,
                Affinity.of("none"),
                _ -> {});
        worker.publish(List.of(replicas));
        return worker;
    }
}
