package io.policyengine.it.remote;

import static io.policyengine.it.engine.TestWorker.chain;
import static io.policyengine.it.engine.TestWorker.entry;
import static io.policyengine.it.engine.TestWorker.outcome;
import static io.policyengine.it.engine.TestWorker.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.policyengine.core.chain.SegmentResult;
import io.policyengine.core.chain.TimedChunk;
import io.policyengine.core.http.RequestView;
import io.policyengine.core.policy.Cancellation;
import io.policyengine.core.policy.Metadata;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.core.time.Ticker;
import io.policyengine.core.worker.ChunkStream;
import io.policyengine.core.worker.RequestCall;
import io.policyengine.core.worker.WorkerException;
import io.policyengine.core.worker.WorkerException.Kind;
import io.policyengine.it.engine.TestPolicies;
import io.policyengine.it.engine.TestWorker;
import io.policyengine.testkit.time.Await;
import io.policyengine.worker.LocalWorker;
import io.policyengine.worker.PolicyRegistry;
import io.policyengine.worker.WorkerOptions;
import io.policyengine.worker.server.WorkerServer;
import io.policyengine.worker.server.WorkerSocket;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What calls hold in a worker's process has a limit: calls beyond it are refused. */
class WorkerBytesTest {
    private static final long LIMIT = 1 << 20;
    private static final long NEVER = 1;
    private static final long LATER = 2;
    private static final long KEEPS = 3;
    private static final Duration PATIENT = Duration.ofSeconds(60);

    /** A sixth of the limit. Goes as a unary call. */
    private static final RequestView LARGE = request("x-large", "x".repeat(180_000));

    private static final int SIZE = 50_000;

    /** The first bytes of a message of 4 MiB. */
    private static final byte[] ANNOUNCED = {0, 0, 0x40, 0, 0, 1};

    /** Goes on the stream with others. */
    private static final RequestView MIDDLE = request("x-middle", "x".repeat(SIZE));

    /** As large as a small one may be. */
    private static final RequestView FEW = request("x-few", "x".repeat(12_000));

    private static final RequestView SMALL = request("x-small", "x".repeat(100));

    @TempDir
    private Path directory;

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private TestWorker worker;
    private @Nullable WorkerServer server;

    @BeforeEach
    void connect() {
        worker = TestWorker.elsewhere(directory);
    }

    @AfterEach
    void stop() {
        WorkerServer running = server;
        if (running != null) {
            worker.await(running::close);
        }
        worker.close();
    }

    private void serve(Duration requestTimeout) {
        WorkerOptions options = WorkerOptions.defaults("tests", "0.0.1", directory)
                .with(changed -> changed.requestTimeout(requestTimeout).policyTimeout(PATIENT));
        LocalWorker local = new LocalWorker(worker.vertx, options, PolicyRegistry.of(TestPolicies.all()), meters);
        WorkerServer started =
                new WorkerServer(worker.vertx, local, WorkerSocket.ownersOnly(worker.socket), 1, meters, LIMIT);
        worker.await(started::start);
        server = started;
        worker.prepare(chain(NEVER, entry("never", "{}")), chain(LATER, entry("later", "{}")));
    }

    @Test
    void ofMoreLargeCallsThanThereIsRoomForSomeAreServedAndTheOthersRefusedAsOverload() {
        serve(PATIENT);

        List<Future<SegmentResult<RequestOutcome>>> calls = worker.await(() -> {
            List<Future<SegmentResult<RequestOutcome>>> begun = IntStream.range(0, 40)
                    .mapToObj(_ -> call(LATER, LARGE, new Cancellation()))
                    .toList();
            return Future.join(begun).transform(_ -> Future.succeededFuture(begun));
        });

        assertThat(calls)
                .anyMatch(Future::succeeded)
                .filteredOn(Future::failed)
                .isNotEmpty()
                .allSatisfy(refused -> assertOverload(refused.cause()));
        Await.until(() -> held() == 0);
    }

    @Test
    void largeCallsLeaveAQuarterOfTheRoomToSmallOnes() {
        serve(PATIENT);
        Cancellation cancellation = fill();

        assertOverloaded(() -> call(LATER, MIDDLE, new Cancellation()));
        outcome(worker.await(() -> call(LATER, SMALL, new Cancellation())), 0);

        worker.await(() -> {
            cancellation.cancel();
            return Future.succeededFuture(true);
        });
        Await.until(() -> held() == 0);
    }

    @Test
    void whereCallsHoldTooMuchOthersAreRefusedAsOverloadUntilThoseHaveEnded() {
        serve(PATIENT);
        Cancellation large = fill();
        Cancellation cancellation = fill(FEW, LIMIT);

        assertOverloaded(() -> call(LATER, SMALL, new Cancellation()));
        assertOverloaded(() -> call(LATER, LARGE, new Cancellation()));

        worker.await(() -> {
            large.cancel();
            cancellation.cancel();
            return Future.succeededFuture(true);
        });
        Await.until(() -> held() == 0);
        outcome(worker.await(() -> call(LATER, SMALL, new Cancellation())), 0);
        outcome(worker.await(() -> call(LATER, LARGE, new Cancellation())), 0);
    }

    @Test
    void aCallWhoseMessageDoesNotComeGivesItsRoomBackInTime() {
        serve(Duration.ofSeconds(1));
        HttpClientRequest half = unary();

        worker.await(() -> half.write(Buffer.buffer(ANNOUNCED)));

        Await.until(() -> half.response().failed());
        Await.until(() -> held() == 0);
    }

    @Test
    void aMessageCountsAsItComesAndNotAsItIsAnnounced() {
        serve(PATIENT);
        HttpClientRequest half = unary();

        worker.await(() -> half.write(Buffer.buffer(ANNOUNCED)));
        Await.until(() -> held() == ANNOUNCED.length);
        worker.await(() -> half.write(Buffer.buffer(new byte[SIZE])));
        Await.until(() -> held() == ANNOUNCED.length + SIZE);
        half.reset();

        Await.until(() -> held() == 0);
    }

    @Test
    void aMessageThatFindsNoMoreRoomIsRefusedBeforeItIsWhole() {
        serve(PATIENT);
        HttpClientRequest half = unary();
        worker.await(() -> half.write(Buffer.buffer(ANNOUNCED)));
        Cancellation cancellation = fill();

        half.write(Buffer.buffer(new byte[SIZE]));

        HttpClientResponse answer = worker.await(half::response);
        assertThat(answer.getHeader("grpc-status")).isEqualTo("8");
        assertThat(answer.getHeader("grpc-message")).contains("max_buffered_bytes");
        worker.await(() -> {
            cancellation.cancel();
            return Future.succeededFuture(true);
        });
        Await.until(() -> held() == 0);
    }

    @Test
    void whatIsKeptOfBodiesBetweenTheirChunksHasHalfOfTheRoomAndGivesItBack() {
        serve(PATIENT);
        worker.prepare(chain(KEEPS, entry("chunks", "{ \"name\": \"hoard\", \"value\": \"\" }")));
        Cancellation cancellation = new Cancellation();
        List<ChunkStream> bodies = IntStream.range(0, 12)
                .mapToObj(_ -> Objects.requireNonNull(
                        worker.await(() -> worker.link().open(requestCall(KEEPS, SMALL, cancellation)))
                                .chunks()))
                .toList();

        for (ChunkStream body : bodies.subList(0, 10)) {
            worker.await(() -> body.send(new TimedChunk(Buffer.buffer(new byte[SIZE]), false, later())));
        }
        Await.until(() -> held() == 10 * SIZE);
        assertThatThrownBy(() -> worker.await(
                        () -> bodies.get(10).send(new TimedChunk(Buffer.buffer(new byte[SIZE]), false, later()))))
                .satisfies(failure -> assertOverload(failure, Kind.ABORTED_BY_OVERLOAD));
        outcome(worker.await(() -> call(LATER, SMALL, new Cancellation())), 0);

        worker.await(() -> bodies.getFirst().send(new TimedChunk(Buffer.buffer(), true, later())));
        Await.until(() -> held() == 9 * SIZE);
        worker.await(() -> bodies.get(11).send(new TimedChunk(Buffer.buffer(new byte[SIZE]), false, later())));
        worker.await(() -> {
            cancellation.cancel();
            return Future.succeededFuture(true);
        });
        Await.until(() -> held() == 0);
    }

    private long later() {
        return Ticker.SYSTEM.nanoTime() + Duration.ofSeconds(15).toNanos();
    }

    /** A unary call of which nothing is sent yet. */
    private HttpClientRequest unary() {
        HttpClient client = worker.vertx.createHttpClient(
                new HttpClientOptions().setProtocolVersion(HttpVersion.HTTP_2).setHttp2ClearTextUpgrade(false));
        return worker.await(() -> client.request(new RequestOptions()
                        .setServer(SocketAddress.domainSocketAddress(worker.socket))
                        .setMethod(HttpMethod.POST)
                        .setURI("/policyengine.worker.v1.PolicyWorker/ExecuteRequest")
                        .putHeader("content-type", "application/grpc")
                        .putHeader("te", "trailers")))
                .setChunked(true);
    }

    /** Calls that never end take all that large ones may have. */
    private Cancellation fill() {
        return fill(MIDDLE, LIMIT / 4 * 3);
    }

    private Cancellation fill(RequestView request, long until) {
        Cancellation cancellation = new Cancellation();
        worker.await(() -> {
            for (int i = 0; i < 25; i++) {
                var _ = call(NEVER, request, cancellation);
            }
            return Future.succeededFuture(true);
        });
        Await.until(() -> held() >= until);
        return cancellation;
    }

    private void assertOverloaded(Supplier<Future<SegmentResult<RequestOutcome>>> call) {
        assertThatThrownBy(() -> worker.await(call)).satisfies(WorkerBytesTest::assertOverload);
    }

    private static void assertOverload(Throwable failure) {
        assertOverload(failure, Kind.OVERLOADED);
    }

    private static void assertOverload(Throwable failure, Kind kind) {
        assertThat(failure)
                .hasMessageContaining("max_buffered_bytes")
                .isInstanceOfSatisfying(
                        WorkerException.class,
                        refused -> assertThat(refused.kind()).isEqualTo(kind));
    }

    private Future<SegmentResult<RequestOutcome>> call(long chain, RequestView request, Cancellation cancellation) {
        return worker.link().execute(requestCall(chain, request, cancellation));
    }

    private RequestCall requestCall(long chain, RequestView request, Cancellation cancellation) {
        return new RequestCall(
                worker.call(Duration.ofSeconds(15), cancellation), chain, 0, 1, request, Metadata.empty());
    }

    private double held() {
        return meters.get("policy_worker_buffered_bytes").gauge().value();
    }
}
