package io.policyengine.app.exercise;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.net.UnixSocket;
import io.policyengine.testkit.log.CapturedLog;
import io.policyengine.testkit.time.Await;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.SocketAddress;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A worker's process exercises itself beside its socket, and listens afterwards whatever came of it. */
class WorkerExerciseTest {
    private static final String UNFINISHED =
            "WARN the worker's warm-up calls (the exercise) failed: the first calls may take longer";

    private final Vertx vertx = Vertx.vertx();
    private final CapturedLog log = CapturedLog.of("io.policyengine");

    @TempDir
    private Path directory;

    @AfterEach
    void stop() {
        Await.result(vertx.close());
        log.close();
    }

    private void exercise(Path socket) {
        Await.result(new WorkerExercise(vertx, 2, UnixSocket.ownersOnly(socket.toString())).run());
    }

    @Test
    void eachCallIsAnsweredAsItShouldBeAndNothingIsLeft() {
        exercise(directory.resolve("w.sock"));

        assertThat(log.messages())
                .filteredOn(message -> !message.startsWith("DEBUG"))
                .containsExactly("INFO the worker has completed its warm-up calls (the exercise)");
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void endsThoughItsSocketIsInUse() {
        Path socket = directory.resolve("w.sock");
        NetServer other = Await.result(vertx.createNetServer()
                .connectHandler(_ -> {})
                .listen(SocketAddress.domainSocketAddress(
                        directory.resolve(".w.sock").toString())));

        exercise(socket);

        assertThat(log.messages()).contains(UNFINISHED);
        Await.result(other.close());
    }

    @Test
    void endsThoughItsSocketCannotBe() {
        exercise(directory.resolve("x".repeat(200)));

        assertThat(log.messages()).contains(UNFINISHED);
    }
}
