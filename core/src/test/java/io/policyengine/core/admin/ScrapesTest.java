package io.policyengine.core.admin;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.config.KernelConfig;
import io.policyengine.core.config.ObservabilityConfig;
import io.policyengine.core.metrics.Exposition;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Scrapers that ask much, take little, or both, of a server whose metrics take long to make. */
class ScrapesTest {
    private static final int BIG = 8 << 20;

    private final HttpClient client = HttpClient.newHttpClient();
    /** The formats that were made, in turn. */
    private final List<String> made = Collections.synchronizedList(new ArrayList<>());

    private final CountDownLatch isMaking = new CountDownLatch(1);
    private final CountDownLatch goOn = new CountDownLatch(1);
    private final AtomicInteger atOnce = new AtomicInteger();
    private final AtomicInteger mostAtOnce = new AtomicInteger();
    private final AdminServer server = new AdminServer(
            this::exposeBlocking, List::of, List::of, () -> Future.succeededFuture(Readiness.of(List.of())));
    private volatile int bytes = 5;
    private volatile boolean fails;

    @AfterEach
    void close() throws Exception {
        goOn.countDown();
        server.close().await(30, TimeUnit.SECONDS);
        client.close();
    }

    /** The first is not made before the test says so. */
    private Exposition exposeBlocking(String format) {
        mostAtOnce.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
        made.add(format);
        isMaking.countDown();
        try {
            goOn.await();
        } catch (InterruptedException ended) {
            throw new IllegalStateException(ended);
        }
        atOnce.decrementAndGet();
        if (fails) {
            throw new IllegalStateException("a meter that cannot be read");
        }
        return new Exposition(format, Buffer.buffer(new byte[bytes]));
    }

    @Test
    void metricsOfOtherProcessesThatFailAreLeftOut() throws Exception {
        goOn.countDown();
        Deque<Future<Function<String, Exposition>>> prepared = new ArrayDeque<>(List.of(
                Future.succeededFuture(format -> new Exposition(format, Buffer.buffer("ours and theirs"))),
                Future.failedFuture("they do not answer")));
        server.scrapeWith(prepared::remove);
        start();

        HttpResponse<byte[]> both = scrape("*/*").get(30, TimeUnit.SECONDS);
        HttpResponse<byte[]> own = scrape("*/*").get(30, TimeUnit.SECONDS);

        assertThat(both.body()).asString().isEqualTo("ours and theirs");
        assertThat(own.statusCode()).isEqualTo(200);
        assertThat(own.body()).isEqualTo(new byte[bytes]);
    }

    private void start() throws Exception {
        ObservabilityConfig unset = KernelConfig.defaults().observability();
        server.listen(new ObservabilityConfig(
                        0,
                        "127.0.0.1",
                        null,
                        List.of(),
                        null,
                        unset.logLevel(),
                        unset.stuckLoopTimeout(),
                        unset.metrics(),
                        unset.tracing(),
                        unset.recorder(),
                        unset.accessLog()))
                .await(30, TimeUnit.SECONDS);
    }

    private HttpRequest request(String path, String accept) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
                .header("Accept", accept)
                .build();
    }

    private CompletableFuture<HttpResponse<byte[]>> scrape(String accept) {
        return client.sendAsync(request("/metrics", accept), HttpResponse.BodyHandlers.ofByteArray());
    }

    private int live() throws Exception {
        return client.send(request("/health/live", "*/*"), HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    private Socket slowScraper() throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(2_048);
        socket.setSoTimeout(30_000);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()));
        socket.getOutputStream().write("GET /metrics HTTP/1.1\r\nhost: a\r\n\r\n".getBytes(US_ASCII));
        return socket;
    }

    @Test
    void probesAreAnsweredWhileMetricsAreMade() throws Exception {
        start();
        CompletableFuture<HttpResponse<byte[]>> scrape = scrape(Exposition.TEXT);
        isMaking.await();

        assertThat(live()).isEqualTo(200);

        assertThat(scrape).isNotDone();
        goOn.countDown();
        assertThat(scrape.get().statusCode()).isEqualTo(200);
    }

    @Test
    void whoAsksWhileMetricsAreMadeSharesWhatIsMadeNext() throws Exception {
        start();
        List<CompletableFuture<HttpResponse<byte[]>>> scrapes = new ArrayList<>();
        scrapes.add(scrape(Exposition.TEXT));
        isMaking.await();
        for (int i = 0; i < AdminConnections.Limits.ORDINARY.answers() - 2; i++) {
            scrapes.add(scrape(Exposition.TEXT));
        }
        scrapes.add(scrape(Exposition.PROTOBUF));
        // Its answer comes after those requests have: the server has one event loop.
        assertThat(live()).isEqualTo(200);
        goOn.countDown();

        for (CompletableFuture<HttpResponse<byte[]>> scrape : scrapes) {
            assertThat(scrape.get().statusCode()).isEqualTo(200);
        }

        assertThat(made).hasSizeLessThan(scrapes.size()).contains(Exposition.TEXT, Exposition.PROTOBUF);
        assertThat(mostAtOnce).hasValue(1);
    }

    @Test
    void eachScrapeIsMadeAfterItWasAskedFor() throws Exception {
        start();
        goOn.countDown();

        for (int i = 1; i <= 3; i++) {
            bytes = i;
            assertThat(scrape(Exposition.TEXT).get().body()).hasSize(i);
        }
    }

    @Test
    void ofScrapersThatTakeNothingThoseWithTheOldestAnswersAreClosed() throws Exception {
        bytes = BIG;
        goOn.countDown();
        start();
        List<Socket> slow = new ArrayList<>();
        try {
            for (int i = 0; i <= Scrapes.MAX_HELD; i++) {
                Socket socket = slowScraper();
                // What has begun to come is held.
                assertThat(socket.getInputStream().read()).isEqualTo('H');
                slow.add(socket);
            }

            assertThat(bytesUntilTheEnd(slow.getFirst())).isLessThan(BIG);
            assertThat(live()).isEqualTo(200);
            slow.removeFirst().close();
            // It is the last of them that are left whose answer is whole, as long as no other is asked for.
            assertThat(readWhole(slow.getLast())).isTrue();
        } finally {
            for (Socket socket : slow) {
                socket.close();
            }
        }
    }

    private static long bytesUntilTheEnd(Socket socket) throws IOException {
        long read = 0;
        byte[] some = new byte[1 << 16];
        try {
            InputStream in = socket.getInputStream();
            for (int now = in.read(some); now >= 0; now = in.read(some)) {
                read += now;
            }
        } catch (SocketException reset) {
            return read;
        }
        return read;
    }

    private static boolean readWhole(Socket socket) throws IOException {
        InputStream in = socket.getInputStream();
        return in.readNBytes(BIG).length == BIG;
    }

    @Test
    void metricsThatCannotBeMadeAreAnErrorAndTheNextOnesAreTriedAgain() throws Exception {
        start();
        goOn.countDown();
        fails = true;
        assertThat(scrape(Exposition.TEXT).get().statusCode()).isEqualTo(500);
        fails = false;

        assertThat(scrape(Exposition.TEXT).get().statusCode()).isEqualTo(200);
    }
}
