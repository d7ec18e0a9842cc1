package io.policyengine.app.engine;

import io.policyengine.app.command.CommandFailure;
import io.policyengine.core.async.DirectoryAccess;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * Reads a directory before the process serves. The read runs on a separate thread with a time limit, because a system
 * call on a dead mount never returns.
 */
final class FirstLook {
    private FirstLook() {}

    /**
     * Runs {@code look}, which reads the directory.
     *
     * @param directory the directory's name in messages, such as "the conf directory /etc/engine"
     * @throws CommandFailure if the directory does not answer in time
     */
    static <T> T atBlocking(String directory, Supplier<T> look) {
        return withinBlocking(DirectoryAccess.LIMIT, directory, look);
    }

    static <T> T withinBlocking(Duration limit, String directory, Supplier<T> look) {
        FutureTask<T> task = new FutureTask<>(look::get);
        Thread.ofPlatform().daemon().name("policy-engine-first-look").start(task);
        try {
            return task.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException _) {
            throw CommandFailure.failed(directory + " has not answered within " + limit.toSeconds()
                    + " s: repair its mount, then start again");
        } catch (ExecutionException thrown) {
            throw switch (thrown.getCause()) {
                case RuntimeException failure -> failure;
                case Error error -> throw error;
                case null, default -> new IllegalStateException(thrown);
            };
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
