package io.policyengine.worker.callout;

import static io.policyengine.worker.callout.CalloutRig.get;
import static io.policyengine.worker.callout.CalloutRig.requireFailure;
import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.callout.CalloutException;
import io.policyengine.core.callout.CalloutException.Kind;
import io.policyengine.core.callout.CalloutRequest;
import io.policyengine.core.callout.CalloutResponse;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.Cancellation;
import io.policyengine.core.policy.Target;
import io.policyengine.core.policy.TraceParent;
import io.policyengine.testkit.time.Await;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CalloutTest {
    private static final String PENDING = "policy_worker_callouts_pending";

    private final CalloutRig rig = new CalloutRig();
    private final AtomicInteger asked = new AtomicInteger();

    @AfterEach
    void stop() {
        rig.close();
    }

    @Test
    void sendsWhatThePolicySaysAndGivesWhatTheServerAnswers() {
        CompletableFuture<HttpServerRequest> seen = new CompletableFuture<>();
        CompletableFuture<Buffer> body = new CompletableFuture<>();
        String url = rig.http(request -> {
            seen.complete(request);
            request.bodyHandler(octets -> {
                body.complete(octets);
                request.response().setStatusCode(201).putHeader("X-Said", "é").end("done");
            });
        });
        rig.with(
                "auth",
                "{ url: '" + url + "/base?q=1', timeout_ms: 30000, headers: { x-token: secret, x-both: config } }");
        HeaderMap headers = HeaderMap.of("content-type", "text/plain", "x-both", "policy", "x-both", "twice");

        CalloutResponse answer = Await.result(
                rig.send(rig.target("auth"), CalloutRequest.post("/below?a=b", headers, Buffer.buffer("ping"), 1_000)));

        assertThat(answer.status()).isEqualTo(201);
        assertThat(answer.headers().get("x-said")).isEqualTo("é");
        assertThat(answer.body()).hasToString("done");
        assertThat(seen.join().uri()).isEqualTo("/base/below?a=b");
        assertThat(seen.join().getHeader("host")).isEqualTo(url.substring("http://".length()));
        assertThat(seen.join().getHeader("x-token")).isEqualTo("secret");
        assertThat(seen.join().headers().getAll("x-both")).containsExactly("policy", "twice");
        assertThat(seen.join().getHeader("accept-encoding")).isNull();
        assertThat(body.join()).hasToString("ping");
    }

    @Test
    void namesTheSpanOfThePolicyWhereItIsKept() {
        List<List<String>> seen = new CopyOnWriteArrayList<>();
        String url = rig.http(request -> {
            seen.add(Stream.of("traceparent", "tracestate")
                    .map(name -> String.join(" and ", request.headers().getAll(name)))
                    .toList());
            request.response().end();
        });
        Target target = patient(url);
        TraceParent span = new TraceParent("4bf92f3577b34da6a3ce929d0e0e4736", 7, "a=1");
        Call kept = rig.call(Duration.ofMinutes(1), new Cancellation(), span);
        Call stateless = rig.call(Duration.ofMinutes(1), new Cancellation(), new TraceParent(span.traceId(), 7, ""));
        String named = "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000007-01";

        Await.result(rig.onLoop(() -> target.send(kept, get("/"))));
        Await.result(rig.onLoop(() -> target.send(stateless, get("/"))));
        Await.result(rig.onLoop(() ->
                target.send(kept, CalloutRequest.get("/", HeaderMap.of("traceparent", "00-of-the-policy"), 1_000))));
        Await.result(rig.send(target, get("/")));
        Await.result(rig.onLoop(() -> target.fetch(get("/"))));

        assertThat(seen)
                .containsExactly(
                        List.of(named, "a=1"),
                        List.of(named, ""),
                        List.of("00-of-the-policy", "a=1"),
                        List.of("", ""),
                        List.of("", ""));
    }

    @Test
    void followsNoRedirect() {
        String url = rig.http(request -> {
            asked.incrementAndGet();
            request.response()
                    .setStatusCode(302)
                    .putHeader("location", "http://169.254.169.254/")
                    .end();
        });

        CalloutResponse answer = Await.result(rig.send(patient(url), get("/")));

        assertThat(answer.status()).isEqualTo(302);
        assertThat(asked).hasValue(1);
    }

    @Test
    void aServerThatHangsCostsItsTimeOut() {
        CompletableFuture<Boolean> gone = new CompletableFuture<>();
        String url = rig.http(request -> {
            asked.incrementAndGet();
            request.connection().closeHandler(_ -> gone.complete(true));
        });
        rig.with("slow", "{ url: '" + url + "', timeout_ms: 100, breaker: { failures: 1000 } }");
        Target target = rig.target("slow");

        // Its time may be over before it is sent.
        Await.until(() -> {
            requireFailure(rig.send(target, get("/")), Kind.TIMEOUT);
            return asked.get() > 0;
        });

        Await.until("the connection is closed", gone::isDone);
        assertThat(rig.gauge(PENDING)).isZero();
    }

    @Test
    void aCallEndsWithItsExchange() {
        String url = rig.http(_ -> {});
        rig.with("slow", "{ url: '" + url + "', timeout_ms: 60000 }");
        Target target = rig.target("slow");

        requireFailure(rig.send(target, get("/"), Duration.ofMillis(50), new Cancellation()), Kind.TIMEOUT);
        requireFailure(rig.send(target, get("/"), Duration.ZERO, new Cancellation()), Kind.TIMEOUT);
    }

    @Test
    void aCallThatTheEntryLeavesLittleTimeIsNoTimeOutOfTheServer() {
        String url = rig.http(_ -> {});
        rig.with("slow", "{ url: '" + url + "', timeout_ms: 60000, breaker: { failures: 1 } }");
        CalloutTargets.Use use = rig.use(rig.targets(), "slow");
        Cancellation late = rig.used(Duration.ofMillis(950));

        requireFailure(rig.send(use.target(), get("/"), Duration.ofMillis(50), late), Kind.DEADLINE_EXCEEDED);
        requireFailure(rig.send(use.target(), get("/"), Duration.ZERO, late), Kind.DEADLINE_EXCEEDED);

        assertThat(use.unwellBecause()).isNull();
        requireFailure(
                rig.send(use.target(), get("/"), Duration.ofMillis(50), rig.used(Duration.ofMillis(200))),
                Kind.TIMEOUT);
    }

    @Test
    void afterAServerHasHungForItsTimeTheNextCallToItIsATimeOutToo() {
        String url = rig.http(_ -> {});
        rig.with("slow", "{ url: '" + url + "', timeout_ms: 100, breaker: { failures: 1000 } }");
        Target target = rig.target("slow");
        Cancellation late = rig.used(Duration.ofMillis(850));

        requireFailure(rig.send(target, get("/"), CalloutRig.PATIENT, late), Kind.TIMEOUT);
        rig.ticker.advance(Duration.ofMillis(100));
        requireFailure(rig.send(target, get("/"), Duration.ofMillis(50), late), Kind.TIMEOUT);
    }

    @Test
    void aCallThatGetsNoConnectionInTimeIsOverloadAndNoFailureOfTheServer() {
        rig.with(
                "one",
                "{ url: '" + rig.http(_ -> asked.incrementAndGet())
                        + "', timeout_ms: 60000, max_connections: 1, breaker: { failures: 1 } }");
        CalloutTargets.Use use = rig.use(rig.targets(), "one");
        rig.send(use.target(), get("/"));
        Await.until(() -> asked.get() == 1);
        Cancellation waits = rig.used(Duration.ZERO);

        Future<CalloutResponse> second = rig.send(use.target(), get("/"), Duration.ofMillis(50), waits);

        Await.until("it counts as queued work", () -> second.isComplete() || waits.isWorking());
        requireFailure(second, Kind.OVERLOADED);
        assertThat(use.unwellBecause()).isNull();
        assertThat(asked).hasValue(1);
    }

    @Test
    void aCallThatTheWaitForAConnectionLeavesTooLittleIsOverload() {
        requireOverloadAfterWait(new Cancellation());
    }

    @Test
    void aCallWhoseEntryHasTooLittleTimeAfterTheWaitForAConnectionIsOverload() {
        requireOverloadAfterWait(rig.used(Duration.ZERO));
    }

    private void requireOverloadAfterWait(Cancellation cancellation) {
        List<HttpServerRequest> open = new CopyOnWriteArrayList<>();
        rig.with(
                "one",
                "{ url: '" + rig.http(open::add)
                        + "', timeout_ms: 30000, max_connections: 1, breaker: { failures: 1 } }");
        CalloutTargets.Use use = rig.use(rig.targets(), "one");
        Future<CalloutResponse> first = rig.send(use.target(), get("/1"), Duration.ofMinutes(5), new Cancellation());
        Await.until(() -> open.size() == 1);
        Future<CalloutResponse> second =
                rig.send(use.target(), get("/2"), CalloutRig.PATIENT.plusMillis(100), cancellation);
        Await.until("it waits", () -> rig.gauge(PENDING) == 2);
        rig.ticker.advance(CalloutRig.PATIENT);
        rig.vertx.runOnContext(_ -> open.getFirst().response().end());

        assertThat(Await.result(first).status()).isEqualTo(200);
        requireFailure(second, Kind.OVERLOADED);
        assertThat(use.unwellBecause()).isNull();
    }

    @Test
    void aCallToAServerThatHangsIsAMissThoughItsEntryHadTooLittleTime() {
        rig.with("slow", "{ url: '" + rig.http(_ -> {}) + "', timeout_ms: 100, breaker: { failures: 1 } }");
        CalloutTargets.Use use = rig.use(rig.targets(), "slow");

        Future<CalloutResponse> sent = rig.send(use.target(), get("/"), CalloutRig.PATIENT, rig.shortOfTime());

        requireFailure(sent, Kind.DEADLINE_EXCEEDED);
        assertThat(sent.cause()).hasMessageContaining("the entry, or this call, had less than its promised time");
        assertThat(use.unwellBecause()).isEqualTo("target slow: no answer in time");
    }

    @Test
    void aServerThatTricklesCostsItsTimeOut() {
        String url = rig.raw(socket -> {
            socket.write("HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n");
            long timer = rig.vertx.setPeriodic(20, _ -> socket.write("x"));
            socket.closeHandler(_ -> rig.vertx.cancelTimer(timer));
        });
        rig.with("slow", "{ url: '" + url + "', timeout_ms: 200 }");

        requireFailure(rig.send(rig.target("slow"), get("/")), Kind.TIMEOUT);
    }

    /** The server may have answered first: its answer is lost if the connection is reset (RFC 9112 §9.6). */
    @Test
    void aServerThatClosesBeforeItHasTakenALongRequestHasNotFailed() {
        String url = rig.raw(socket -> socket.handler(_ -> socket.close()));
        rig.with("one", "{ url: '" + url + "', timeout_ms: 60000, breaker: { failures: 1 } }");
        CalloutTargets.Use use = rig.use(rig.targets(), "one");
        CalloutRequest upload = CalloutRequest.post("/", HeaderMap.empty(), Buffer.buffer(new byte[32 << 20]), 10);

        for (int i = 0; i < 2; i++) {
            Future<CalloutResponse> sent = rig.send(use.target(), upload);
            requireFailure(sent, Kind.UNREACHABLE);
            assertThat(sent.cause())
                    .isInstanceOfSatisfying(
                            CalloutException.class,
                            failure -> assertThat(failure.isOfRequest()).isTrue());
        }
        assertThat(use.unwellBecause()).isNull();
    }

    @Test
    void anAnswerThatIsTooLargeIsCutOff() {
        AtomicInteger written = new AtomicInteger();
        CompletableFuture<Boolean> gone = new CompletableFuture<>();
        String url = rig.http(request -> {
            request.response().setChunked(true).closeHandler(_ -> gone.complete(true));
            writeOn(request, written);
        });

        requireFailure(rig.send(patient(url), get("/")), Kind.TOO_LARGE);

        Await.until("the connection is closed", gone::isDone);
        assertThat(written.get()).isLessThan(10_000_000);
    }

    private static void writeOn(HttpServerRequest request, AtomicInteger written) {
        while (!request.response().writeQueueFull() && written.get() < 10_000_000) {
            written.addAndGet(1_000);
            request.response().write(Buffer.buffer(new byte[1_000]));
        }
        request.response().drainHandler(_ -> writeOn(request, written));
    }

    @Test
    void aBodyOfExactlyTheMostPasses() {
        String url = rig.http(request -> request.response().end(Buffer.buffer(new byte[1_000])));

        assertThat(Await.result(rig.send(patient(url), get("/"))).body().length())
                .isEqualTo(1_000);
    }

    @Test
    void aServerMayHaveAnIpv6Address() {
        List<String> hosts = new CopyOnWriteArrayList<>();
        HttpServer server = Await.result(rig.vertx
                .createHttpServer()
                .requestHandler(request -> {
                    hosts.add(request.getHeader("host"));
                    request.response().end("ok");
                })
                .listen(0, "::1"));
        String url = "http://[::1]:" + server.actualPort();

        assertThat(Await.result(rig.send(patient(url), get("/"))).body()).hasToString("ok");
        assertThat(hosts).containsExactly("[::1]:" + server.actualPort());
    }

    /** The method of a call may be that of a client's request, and simple servers send a body then, too. */
    @Test
    void aBodyThatMayNotBeThereIsNoAnswerToTheNextCall() {
        AtomicInteger connections = new AtomicInteger();
        String url = rig.raw(socket -> {
            int number = connections.incrementAndGet();
            socket.handler(request -> {
                if (number == 1) {
                    socket.write("HTTP/1.1 403 No\r\ncontent-length: 38\r\n\r\n");
                    rig.vertx.setTimer(1, _ -> socket.write("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"));
                } else {
                    socket.write("HTTP/1.1 403 No\r\ncontent-length: 0\r\n\r\n");
                }
            });
        });
        Target target = patient(url);
        CalloutRequest head = new CalloutRequest(HttpMethod.HEAD, "/", HeaderMap.empty(), Buffer.buffer(), 100, false);

        assertThat(Await.result(rig.send(target, head)).status()).isEqualTo(403);
        assertThat(Await.result(rig.send(target, get("/"))).status()).isEqualTo(403);
        assertThat(connections).hasValue(2);
    }

    @Test
    void aBodyBehindAnAnswerThatHasNoneIsNoAnswerToTheNextCall() {
        for (String head : List.of(
                "204 No Content",
                "304 Not Modified",
                "204 No Content\r\ncontent-length: 38",
                "304 No\r\netag: \"a\"")) {
            AtomicInteger connections = new AtomicInteger();
            String url = rig.raw(socket -> {
                int number = connections.incrementAndGet();
                socket.handler(request -> {
                    if (number == 1) {
                        socket.write("HTTP/1.1 " + head + "\r\n\r\n");
                        rig.vertx.setTimer(1, _ -> socket.write("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"));
                    } else {
                        socket.write("HTTP/1.1 403 No\r\ncontent-length: 0\r\n\r\n");
                    }
                });
            });
            Target target = patient(url);

            assertThat(Await.result(rig.send(target, get("/"))).status())
                    .as(head)
                    .isIn(204, 304);
            assertThat(Await.result(rig.send(target, get("/"))).status())
                    .as(head)
                    .isEqualTo(403);
            assertThat(connections).as(head).hasValue(2);
        }
    }

    @Test
    void whatIsNotHttpIsNoAnswer() {
        for (String garbage : List.of(
                "SSH-2.0-OpenSSH_9.6\r\n\r\n",
                "HTTP/1.1 abc OK\r\n\r\n",
                "HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\n",
                "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n")) {
            String url = rig.raw(socket -> socket.handler(_ -> socket.write(garbage)));

            Future<CalloutResponse> sent = rig.send(patient(url), get("/"));

            requireFailure(sent, Kind.MALFORMED);
            assertThat(sent.cause()).hasMessageNotContaining("SSH");
        }
    }

    @Test
    void aHeadThatIsTooLongIsTooLarge() {
        for (String head : List.of(
                "HTTP/1.1 403 No\r\nx: " + "y".repeat(100_000) + "\r\n\r\n",
                "HTTP/1.1 403 " + "n".repeat(100_000) + "\r\n\r\n")) {
            String url = rig.raw(socket -> socket.handler(_ -> socket.write(head)));

            requireFailure(rig.send(patient(url), get("/")), Kind.TOO_LARGE);
        }
    }

    @Test
    void aBodyThatCannotBeReadIsOmittedWhereTheHeadSuffices() {
        for (String answer : List.of(
                "HTTP/1.1 403 No\r\nx-why: quota\r\ncontent-length: 100000\r\n\r\n" + "y".repeat(100_000),
                "HTTP/1.1 403 No\r\nx-why: quota\r\ncontent-encoding: gzip\r\ncontent-length: 4\r\n\r\nbomb",
                "HTTP/1.1 403 No\r\nx-why: quota\r\ntransfer-encoding: chunked\r\n\r\n1\r\ny\r\nzz\r\n",
                "HTTP/1.1 403 No\r\nx-why: quota\r\ncontent-length: 9\r\n\r\nno")) {
            String url = rig.raw(socket -> socket.handler(_ -> socket.end(Buffer.buffer(answer))));

            CalloutResponse response = Await.result(rig.send(patient(url), get("/").omittingUnreadable()));

            assertThat(response.status()).isEqualTo(403);
            assertThat(response.headers().get("x-why")).isEqualTo("quota");
            assertThat(response.isBodyOmitted()).isTrue();
            assertThat(response.body().length()).isZero();
        }
        Await.until("no call is left", () -> rig.gauge(PENDING) == 0);
    }

    @Test
    void aBodyThatDoesNotEndIsOmittedAtTheTimeOut() {
        String url =
                rig.raw(socket -> socket.handler(_ -> socket.write("HTTP/1.1 403 No\r\ncontent-length: 9\r\n\r\nno")));
        rig.with("slow", "{ url: '" + url + "', timeout_ms: 200 }");

        CalloutResponse response = Await.result(rig.send(rig.target("slow"), get("/").omittingUnreadable()));

        assertThat(response.status()).isEqualTo(403);
        assertThat(response.isBodyOmitted()).isTrue();
    }

    @Test
    void aCodingThatNobodyAskedForIsNoAnswer() {
        String url = rig.http(request ->
                request.response().putHeader("content-encoding", "gzip").end("bomb"));

        requireFailure(rig.send(patient(url), get("/")), Kind.MALFORMED);
    }

    @Test
    void aRequestThatIsNoneIsNotSent() {
        String url = rig.http(request -> request.response().end());

        Future<CalloutResponse> refused = rig.send(patient(url), get("/a b"));
        requireFailure(refused, Kind.MALFORMED);
        assertThat(refused.cause())
                .isInstanceOfSatisfying(
                        CalloutException.class,
                        failure -> assertThat(failure.isOfRequest()).isTrue());
        requireFailure(
                rig.send(patient(url), CalloutRequest.get("/", HeaderMap.of("x", "a\r\nb"), 10)), Kind.MALFORMED);
    }

    @Test
    void aServerThatIsNotThereCannotBeReached() {
        requireFailure(rig.send(patient("http://127.0.0.1:1"), get("/")), Kind.UNREACHABLE);
        requireFailure(rig.send(patient("http://no-such-host.invalid"), get("/")), Kind.UNREACHABLE);
    }

    @Test
    void whatMayBeRepeatedIsRepeatedOnceIfTheConnectionIsLost() {
        String url = rig.raw(socket -> socket.handler(_ -> {
            asked.incrementAndGet();
            socket.close();
        }));

        requireFailure(rig.send(patient(url), get("/")), Kind.UNREACHABLE);
        assertThat(asked).hasValue(2);
        requireFailure(
                rig.send(patient(url), CalloutRequest.post("/", HeaderMap.empty(), Buffer.buffer("x"), 10)),
                Kind.UNREACHABLE);
        assertThat(asked).hasValue(3);
    }

    @Test
    void whatIsRepeatedHasItsBodyAgain() {
        String url = rig.raw(socket -> socket.handler(sent -> {
            if (asked.incrementAndGet() == 1) {
                socket.close();
            } else if (sent.toString().endsWith("\r\n\r\ntoken=abc")) {
                socket.write("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok");
            }
        }));
        CalloutRequest form = CalloutRequest.post("/", HeaderMap.empty(), Buffer.buffer("token=abc"), 10);

        assertThat(Await.result(rig.send(patient(url), form.repeatable())).body())
                .hasToString("ok");
    }

    @Test
    void nothingIsRepeatedOnceAnAnswerHasBegun() {
        String url = rig.raw(socket -> socket.handler(_ -> {
            asked.incrementAndGet();
            socket.write("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf").onComplete(_ -> socket.close());
        }));

        requireFailure(rig.send(patient(url), get("/")), Kind.UNREACHABLE);

        assertThat(asked).hasValue(1);
    }

    @Test
    void aConnectionThatTheServerClosedMeanwhileCostsNothing() {
        String url = rig.raw(socket -> {
            AtomicInteger here = new AtomicInteger();
            socket.handler(_ -> {
                if (here.incrementAndGet() > 1) {
                    socket.close();
                } else {
                    socket.write("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok");
                }
            });
        });
        Target target = patient(url);

        for (int i = 0; i < 6; i++) {
            assertThat(Await.result(rig.send(target, get("/"))).body()).hasToString("ok");
        }
    }

    @Test
    void aCancelledCallFreesItsConnection() {
        CompletableFuture<Boolean> gone = new CompletableFuture<>();
        String url = rig.http(request -> {
            if (asked.incrementAndGet() == 1) {
                request.connection().closeHandler(_ -> gone.complete(true));
            } else {
                request.response().end("next");
            }
        });
        rig.with("one", "{ url: '" + url + "', timeout_ms: 60000, max_connections: 1 }");
        Target target = rig.target("one");
        Cancellation cancellation = new Cancellation();
        Future<CalloutResponse> first = rig.send(target, get("/"), CalloutRig.PATIENT, cancellation);
        Await.until(() -> asked.get() == 1);
        Future<CalloutResponse> second = rig.send(target, get("/"));

        rig.cancel(cancellation);

        requireFailure(first, Kind.CANCELLED);
        assertThat(Await.result(second).body()).hasToString("next");
        Await.until("the connection is closed", gone::isDone);
        assertThat(cancellation.isCancelled()).isTrue();
    }

    @Test
    void thoseThatWaitForAConnectionAreBounded() {
        List<HttpServerRequest> open = new CopyOnWriteArrayList<>();
        String url = rig.http(open::add);
        rig.with("one", "{ url: '" + url + "', timeout_ms: 60000, max_connections: 1, max_pending: 1 }");
        Target target = rig.target("one");
        Cancellation waits = new Cancellation();
        Future<CalloutResponse> first = rig.send(target, get("/1"));
        Await.until(() -> open.size() == 1);
        Future<CalloutResponse> second = rig.send(target, get("/2"), CalloutRig.PATIENT, waits);

        requireFailure(rig.send(target, get("/3")), Kind.OVERLOADED);
        rig.cancel(waits);
        requireFailure(second, Kind.CANCELLED);
        Future<CalloutResponse> fourth = rig.send(target, get("/4"));
        rig.vertx.runOnContext(_ -> open.getFirst().response().end());

        assertThat(Await.result(first).status()).isEqualTo(200);
        Await.until(() -> open.size() == 2);
        assertThat(open.get(1).uri()).isEqualTo("/4");
        rig.vertx.runOnContext(_ -> open.get(1).response().end());
        assertThat(Await.result(fourth).status()).isEqualTo(200);
        assertThat(rig.gauge(PENDING)).isZero();
    }

    @Test
    void manyCallsLeaveNoPlaceTaken() {
        String url = rig.http(request -> {
            switch (asked.incrementAndGet() % 4) {
                case 0 -> request.connection().close();
                case 1 -> {} // hangs
                default -> request.response().end("ok");
            }
        });
        rig.with(
                "many",
                "{ url: '" + url
                        + "', timeout_ms: 100, max_connections: 4, max_pending: 50, breaker: { failures: 1000 } }");
        Target target = rig.target("many");
        List<Future<CalloutResponse>> all = new CopyOnWriteArrayList<>();
        for (int i = 0; i < 200; i++) {
            Cancellation cancellation = new Cancellation();
            all.add(rig.send(target, get("/" + i), CalloutRig.PATIENT, cancellation));
            if (i % 5 == 0) {
                rig.cancel(cancellation);
            }
        }

        Await.until(() -> all.stream().allMatch(Future::isComplete));
        Await.until(() -> rig.gauge(PENDING) == 0);

        // Its time is short, and the server may still come to requests whose callers are gone.
        Await.until("a place for one more", () -> {
            asked.set(1);
            Future<CalloutResponse> last = rig.send(target, get("/last"));
            Await.until(last::isComplete);
            return last.succeeded();
        });
    }

    @Test
    void fetchesFromAnyThread() {
        String url = rig.http(request -> request.response().end("ok"));

        Target target = patient(url);

        assertThat(Await.result(target.fetch(get("/"))).body()).hasToString("ok");
    }

    /** A target with a time-out that no test waits for. */
    private Target patient(String url) {
        rig.with(
                url.replaceAll("[^a-z0-9]", "-"),
                "{ url: '" + url + "', timeout_ms: 30000, breaker: { failures: 1000 } }");
        return rig.target(url.replaceAll("[^a-z0-9]", "-"));
    }
}
