package io.policyengine.it.peers;

import io.policyengine.testkit.time.Await;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.ToIntFunction;

/** Callers who send good tokens and forged ones all the time, each after the answer to the one before. */
final class RotationLoad implements AutoCloseable {
    private final ToIntFunction<String> send;
    private final List<String> good = new CopyOnWriteArrayList<>();
    private final List<String> forged = new CopyOnWriteArrayList<>();
    private final AtomicLong admitted = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private final Queue<String> wrong = new ConcurrentLinkedQueue<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<Future<?>> callers = new CopyOnWriteArrayList<>();
    private volatile boolean over;

    /** One whose callers get a status for a token. */
    RotationLoad(ToIntFunction<String> send) {
        this.send = send;
    }

    /** Sends these as well from now on. */
    void add(String goodToken, List<String> forgedTokens) {
        good.add(goodToken);
        forged.addAll(forgedTokens);
    }

    /** Begins with so many callers of each kind. */
    void start(int callersOfEachKind) {
        for (int i = 0; i < callersOfEachKind; i++) {
            callers.add(threads.submit(() -> call(good, 200, admitted)));
            callers.add(threads.submit(() -> call(forged, 401, refused)));
        }
    }

    private void call(List<String> tokens, int right, AtomicLong count) {
        for (int i = 0; !over; i++) {
            String token = tokens.get(i % tokens.size());
            int status = send.applyAsInt(token);
            if (status == right) {
                count.incrementAndGet();
            } else {
                wrong.add("status " + status + " instead of " + right + " for " + token);
            }
        }
    }

    /** Returns once each kind of caller has had so many more right answers. */
    void goOnFor(int answers) {
        long admittedThen = admitted.get() + answers;
        long refusedThen = refused.get() + answers;
        Await.until(
                "the callers are answered",
                () -> !wrong.isEmpty() || (admitted.get() >= admittedThen && refused.get() >= refusedThen));
    }

    /** Ends the callers; throws what ended one of them before. */
    @Override
    public void close() {
        over = true;
        try (threads) {
            for (Future<?> caller : callers) {
                caller.get();
            }
        } catch (Exception broken) {
            throw new AssertionError("a caller did not come to its end", broken);
        }
    }

    long admitted() {
        return admitted.get();
    }

    long refused() {
        return refused.get();
    }

    /** The answers that are wrong. */
    List<String> wrong() {
        return List.copyOf(wrong);
    }
}
