package io.policyengine.admin.api;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.file.AsyncFile;
import io.vertx.core.file.OpenOptions;
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
     * @return a future that fails with {@link ApiProblem} if another download is running
     */
    Future<?> send(Vertx vertx, HttpServerRequest request, Path file) {
        if (!isTaken.compareAndSet(false, true)) {
            return Future.failedFuture(
                    new ApiProblem(ApiProblem.Code.BUSY, "another client downloads the file: try again later"));
        }
        HttpServerResponse response = request.response();
        OpenOptions reading = new OpenOptions().setRead(true).setWrite(false).setCreate(false);
        return vertx.fileSystem()
                .open(file.toString(), reading)
                .compose(open -> sent(response, file, open).eventually(open::close))
                .onComplete(_ -> isTaken.set(false))
                // A client that has gone gets no other answer.
                .recover(failure -> response.headWritten() ? Future.succeededFuture() : Future.failedFuture(failure));
    }

    /**
     * Sends the bytes as fast as the client reads them. The response ends after the last byte. Until then, the
     * connection is not idle.
     */
    private static Future<Void> sent(HttpServerResponse response, Path file, AsyncFile open) {
        return open.size().compose(size -> {
            response.putHeader("content-type", "application/octet-stream")
                    .putHeader("content-length", String.valueOf(size))
                    .putHeader("cache-control", "no-store")
                    .putHeader("x-content-type-options", "nosniff")
                    .putHeader("content-disposition", "attachment; filename=\"" + file.getFileName() + '"');
            return open.pipeTo(response);
        });
    }
}
