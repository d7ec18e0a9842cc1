package io.policyengine.admin.api;

import io.vertx.core.Future;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The download of a file, by one client at a time. A slow client holds one open file and one connection, until the admin
 * server ends its request.
 */
final class FileDownload {
    private final AtomicBoolean isTaken = new AtomicBoolean();

    /**
     * Sends a file, on the event loop of the connection.
     *
     * @return fails with {@link ApiProblem} if another download runs
     */
    Future<?> send(HttpServerRequest request, Path file) {
        if (!isTaken.compareAndSet(false, true)) {
            return Future.failedFuture(
                    new ApiProblem(ApiProblem.Code.BUSY, "another client downloads the file: try again later"));
        }
        return sent(request.response(), file)
                .onComplete(_ -> isTaken.set(false))
                // A client that has gone gets no other answer.
                .recover(failure ->
                        request.response().headWritten() ? Future.succeededFuture() : Future.failedFuture(failure));
    }

    private static Future<Void> sent(HttpServerResponse response, Path file) {
        try {
            return response.putHeader("content-type", "application/octet-stream")
                    .putHeader("cache-control", "no-store")
                    .putHeader("x-content-type-options", "nosniff")
                    .putHeader("content-disposition", "attachment; filename=\"" + file.getFileName() + '"')
                    .sendFile(file.toString());
        } catch (IllegalStateException ended) {
            return Future.failedFuture(ended);
        }
    }
}
