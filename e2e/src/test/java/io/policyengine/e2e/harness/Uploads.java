package io.policyengine.e2e.harness;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;
import java.util.zip.CRC32C;

/**
 * Clients that upload large bodies, all at once, and know what the upstream must have got: {@link #WORD} in them becomes {@link
 * #REPLACEMENT}. No two bodies are the same at any place for long, so that chunks that change places are noticed.
 */
public final class Uploads implements AutoCloseable {
    /** A word that stands in each body, once in a thousand bytes. */
    public static final String WORD = "SECRET";

    /** What the chain has to put in its place. */
    public static final String REPLACEMENT = "redacted";

    private static final int RECORD = 1021;
    private static final int RECORDS = 64;
    /** A prime number, so that every stride visits all blocks. */
    private static final int BLOCKS = 61;

    private final Vertx vertx = Vertx.vertx();
    private final HttpClient http;
    private final int port;
    private final List<Buffer> blocks = new ArrayList<>();
    private final List<byte[]> expectedBlocks = new ArrayList<>();

    /** So many clients of the server on this port. */
    public Uploads(int port, int clients) {
        this.port = port;
        this.http = vertx.createHttpClient(
                new PoolOptions().setHttp1MaxSize(clients).setEventLoopSize(1));
        Random random = new Random(7);
        for (int block = 0; block < BLOCKS; block++) {
            addBlock(random);
        }
    }

    private void addBlock(RandomGenerator random) {
        Buffer sent = Buffer.buffer();
        Buffer expected = Buffer.buffer();
        byte[] noise = new byte[RECORD - WORD.length()];
        for (int record = 0; record < RECORDS; record++) {
            random.nextBytes(noise);
            for (int at = 0; at < noise.length; at++) {
                noise[at] = noise[at] == WORD.charAt(0) ? (byte) 'x' : noise[at];
            }
            sent.appendBytes(noise).appendString(WORD);
            expected.appendBytes(noise).appendString(REPLACEMENT);
        }
        blocks.add(Buffer.buffer(sent.getBytes()));
        expectedBlocks.add(expected.getBytes());
    }

    /** A body: so many blocks, each so many after the one before. */
    private record Upload(int start, int stride, int count) {
        int block(int at) {
            return (start + at * stride) % BLOCKS;
        }
    }

    /**
     * Uploads so many bodies at the same time.
     *
     * @param min bytes of each body, at least
     * @return what went wrong, one line for each failed or spoiled upload
     */
    public Future<List<String>> send(String path, int uploads, long min) {
        int count = Math.toIntExact(Math.ceilDiv(min, (long) RECORD * RECORDS));
        List<Future<String>> all = new ArrayList<>();
        for (int number = 0; number < uploads; number++) {
            all.add(send(path, new Upload(number % BLOCKS, 1 + number / BLOCKS, count)));
        }
        return Future.join(all)
                .transform(_ -> Future.succeededFuture(all.stream()
                        .map(one -> one.succeeded() ? one.result() : String.valueOf(one.cause()))
                        .filter(problem -> !problem.isEmpty())
                        .toList()));
    }

    private Future<String> send(String path, Upload upload) {
        return http.request(HttpMethod.POST, port, "127.0.0.1", path).compose(request -> {
            long length = (long) upload.count() * RECORD * RECORDS;
            request.putHeader("content-length", Long.toString(length));
            request.putHeader("content-type", "application/octet-stream");
            var answer = request.response()
                    .compose(response -> response.body().map(body -> response.statusCode() + " " + body));
            return sendBlocks(request, upload).compose(_ -> answer).map(text -> problem(text, upload));
        });
    }

    private Future<Void> sendBlocks(HttpClientRequest request, Upload upload) {
        Promise<Void> sent = Promise.promise();
        request.exceptionHandler(sent::tryFail);
        request.response().onSuccess(_ -> sent.tryComplete());
        int[] next = {0};
        Runnable fill = () -> {
            while (next[0] < upload.count() && !request.writeQueueFull()) {
                request.write(blocks.get(upload.block(next[0]++)));
            }
            if (next[0] == upload.count()) {
                next[0]++;
                request.end().onComplete(sent::tryComplete, sent::tryFail);
            }
        };
        request.drainHandler(_ -> fill.run());
        fill.run();
        return sent.future();
    }

    private String problem(String answer, Upload upload) {
        CRC32C checksum = new CRC32C();
        long length = 0;
        for (int at = 0; at < upload.count(); at++) {
            byte[] block = expectedBlocks.get(upload.block(at));
            checksum.update(block);
            length += block.length;
        }
        String expected = "200 " + Upstream.digest(length, checksum);
        return answer.equals(expected) ? "" : answer + ", expected " + expected;
    }

    @Override
    public void close() {
        Load.await(vertx.close());
    }
}
