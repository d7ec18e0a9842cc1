package io.policyengine.e2e.harness;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;

/** A client of exchanges whose bodies do not end by themselves. */
public final class OpenBodies implements AutoCloseable {
    private final Vertx vertx = Vertx.vertx();
    private final HttpClient http = vertx.createHttpClient();
    private final int port;

    /** A client of the server on this port. */
    public OpenBodies(int port) {
        this.port = port;
    }

    /**
     * A body that does not end.
     *
     * @param begun its first part
     * @param brokenOff why it has ended nevertheless
     */
    public record Download(Future<String> begun, Future<Throwable> brokenOff) {}

    /** Sends the beginning of a body, and no more of it. Returns the status of the answer. */
    public Future<Integer> upload(String path, String beginning) {
        return http.request(HttpMethod.POST, port, "127.0.0.1", path)
                .compose(request -> request.setChunked(true)
                        .putHeader("content-type", "text/plain")
                        .write(beginning)
                        .compose(_ -> request.response())
                        .map(HttpClientResponse::statusCode));
    }

    /** Asks for a body that does not end. */
    public Download download(String path) {
        Promise<String> begun = Promise.promise();
        Promise<Throwable> brokenOff = Promise.promise();
        http.request(HttpMethod.GET, port, "127.0.0.1", path)
                // The handlers in one step: given later, on the test's thread, they may miss what has come before.
                .compose(request -> request.send()
                        .onSuccess(response -> response.exceptionHandler(brokenOff::tryComplete)
                                .endHandler(_ -> brokenOff.tryFail("the body is whole"))
                                .handler(chunk -> begun.tryComplete(chunk.toString()))))
                .onFailure(begun::tryFail);
        return new Download(begun.future(), brokenOff.future());
    }

    @Override
    public void close() {
        Load.await(vertx.close());
    }
}
