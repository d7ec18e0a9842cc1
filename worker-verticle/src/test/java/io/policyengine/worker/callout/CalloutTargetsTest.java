package io.policyengine.worker.callout;

import static io.policyengine.worker.callout.CalloutRig.get;
import static io.policyengine.worker.callout.CalloutRig.requireFailure;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.policyengine.core.callout.CalloutException.Kind;
import io.policyengine.core.callout.CalloutRequest;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.policy.InvalidParamsException;
import io.policyengine.core.policy.Target;
import io.policyengine.testkit.time.Await;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.impl.CleanableHttpClient;
import java.lang.ref.WeakReference;
import java.lang.reflect.Field;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CalloutTargetsTest {
    private static final String OPEN = "policy_worker_callout_breaker_open";

    private final CalloutRig rig = new CalloutRig();
    private final AtomicInteger asked = new AtomicInteger();

    @AfterEach
    void stop() {
        rig.close();
    }

    @Test
    void refusesANameThatNoTargetHas() {
        rig.with("auth", "{ url: 'http://auth.example' }");

        assertThatExceptionOfType(InvalidParamsException.class)
                .isThrownBy(() -> rig.target("auht"))
                .withMessageContaining("did you mean 'auth'");
        assertThatExceptionOfType(InvalidParamsException.class)
                .isThrownBy(() -> rig.target("http://auth.example/#x"))
                .withMessageContaining("fragment");
    }

    @Test
    void thoseWhoNameTheSameServerShareIt() {
        CalloutTargets targets = rig.targets();

        CalloutTargets.Use one = rig.use(targets, "http://auth.example/a");
        CalloutTargets.Use other = rig.use(targets, "http://AUTH.example:80/b?c");
        rig.use(targets, "https://auth.example/a");

        assertThat(targets.size()).isEqualTo(2);
        assertThat(one.target().name()).isEqualTo("http://auth.example:80");
        targets.forget(one);
        assertThat(targets.size()).isEqualTo(2);
        targets.forget(other);
        assertThat(targets.size()).isEqualTo(1);
    }

    @Test
    void leavesNeitherMetersNorMemoryWhenTheLastUseIsOver() {
        CalloutTargets targets = rig.targets();
        WeakReference<HttpClient> client = used(targets);

        assertThat(targets.size()).isZero();
        assertThat(rig.meters.getMeters()).isEmpty();
        Await.until(() -> {
            System.gc();
            return client.refersTo(null);
        });
    }

    /** Of the client itself: a target has a handle, which nobody else holds. */
    private WeakReference<HttpClient> used(CalloutTargets targets) {
        String url = rig.http(request -> request.response().end());
        CalloutTargets.Use use = rig.use(targets, url);
        Await.until(rig.send(use.target(), get("/"))::isComplete);
        assertThat(rig.meters.getMeters()).isNotEmpty();
        try {
            Field field = CalloutTargets.Use.class.getDeclaredField("client");
            field.setAccessible(true);
            TargetClient client = (TargetClient) field.get(use);
            WeakReference<HttpClient> reference = new WeakReference<>(
                    ((CleanableHttpClient) client.wire(false).client()).delegate);
            targets.forget(use);
            return reference;
        } catch (ReflectiveOperationException impossible) {
            throw new LinkageError("", impossible);
        }
    }

    @Test
    void aTargetThatIsClosedCannotBeReached() {
        CalloutTargets targets = rig.targets();
        Target target = rig.use(targets, "http://127.0.0.1:1").target();

        Await.result(targets.close());

        requireFailure(rig.send(target, get("/")), Kind.UNREACHABLE);
    }

    @Test
    void aServerThatDoesNotAnswerIsLeftAloneForAWhile() {
        String url = rig.raw(socket -> socket.handler(_ -> {
            if (asked.incrementAndGet() <= 3) {
                socket.close();
            } else {
                socket.write("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok");
            }
        }));
        rig.with("auth", "{ url: '" + url + "', timeout_ms: 30000, breaker: { failures: 3, open_ms: 1000 } }");
        CalloutTargets targets = rig.targets();
        CalloutTargets.Use use = rig.use(targets, "auth");
        for (int i = 0; i < 3; i++) {
            requireFailure(rig.send(use.target(), post()), Kind.UNREACHABLE);
        }

        requireFailure(rig.send(use.target(), post()), Kind.BREAKER_OPEN);
        assertThat(asked).hasValue(3);
        assertThat(rig.gauge(OPEN)).isEqualTo(1);
        assertThat(use.unwellBecause()).contains("auth").contains("lost");
        rig.ticker.advance(Duration.ofSeconds(1));

        assertThat(Await.result(rig.send(use.target(), post())).body()).hasToString("ok");
        assertThat(rig.gauge(OPEN)).isZero();
        assertThat(use.unwellBecause()).isNull();
    }

    @Test
    void oneCallAloneProbes() {
        List<HttpServerRequest> open = new CopyOnWriteArrayList<>();
        String url = rig.http(request -> {
            if (asked.incrementAndGet() == 1) {
                request.response().setStatusCode(503).end();
            } else {
                open.add(request);
            }
        });
        rig.with("auth", "{ url: '" + url + "', timeout_ms: 30000, breaker: { failures: 1, open_ms: 1000 } }");
        Target target = rig.target("auth");
        assertThat(Await.result(rig.send(target, get("/"))).status()).isEqualTo(503);
        rig.ticker.advance(Duration.ofSeconds(1));

        var probe = rig.send(target, get("/"));
        Await.until(() -> open.size() == 1);
        requireFailure(rig.send(target, get("/")), Kind.BREAKER_OPEN);
        rig.vertx.runOnContext(_ -> open.getFirst().response().end());

        assertThat(Await.result(probe).status()).isEqualTo(200);
        var next = rig.send(target, get("/"));
        Await.until(() -> open.size() == 2);
        rig.vertx.runOnContext(_ -> open.getLast().response().end());
        assertThat(Await.result(next).status()).isEqualTo(200);
    }

    @Test
    void anErrorThatAClientMayProvokeOpensNothing() {
        String url = rig.http(request -> request.response().setStatusCode(500).end());
        rig.with("auth", "{ url: '" + url + "', timeout_ms: 30000, breaker: { failures: 1 } }");
        Target target = rig.target("auth");

        for (int i = 0; i < 5; i++) {
            assertThat(Await.result(rig.send(target, get("/"))).status()).isEqualTo(500);
        }
    }

    @Test
    void aMalformedAnswerThatAClientMayProvokeOpensNothing() {
        String url =
                rig.raw(socket -> socket.handler(_ -> socket.write("HTTP/1.1 403 no\nx-reflected\r\n: a\r\n\r\n")));
        rig.with("auth", "{ url: '" + url + "', timeout_ms: 30000, breaker: { failures: 1 } }");
        Target target = rig.target("auth");

        for (int i = 0; i < 5; i++) {
            requireFailure(rig.send(target, get("/")), Kind.MALFORMED);
        }
    }

    @Test
    void countsWhatCallsCameTo() {
        String url = rig.http(request -> request.response()
                .setStatusCode(asked.incrementAndGet() == 1 ? 200 : 404)
                .end());
        rig.with("auth", "{ url: '" + url + "', timeout_ms: 30000 }").with("gone", "{ url: 'http://127.0.0.1:1' }");

        Target target = rig.target("auth");
        Await.result(rig.send(target, get("/")));
        Await.result(rig.send(target, get("/")));
        requireFailure(rig.send(rig.target("gone"), get("/")), Kind.UNREACHABLE);

        for (String outcome : List.of("2xx", "4xx")) {
            assertThat(rig.meters
                            .get("policy_worker_callout_duration_seconds")
                            .tags("policy", "tests", "target", "auth", "outcome", outcome)
                            .timer()
                            .count())
                    .isOne();
        }
        assertThat(rig.meters
                        .get("policy_worker_callout_failures_total")
                        .tags("policy", "tests", "target", "gone", "reason", "unreachable")
                        .counter()
                        .count())
                .isOne();
    }

    private static CalloutRequest post() {
        return CalloutRequest.post("/", HeaderMap.empty(), Buffer.buffer(), 100);
    }
}
