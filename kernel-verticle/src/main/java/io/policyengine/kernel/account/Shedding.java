package io.policyengine.kernel.account;

import java.time.Duration;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * Ends exchanges that hold much memory and have been idle, when other exchanges cannot reserve memory. Only exchanges
 * with at least {@value ExchangeAccount#MUCH} bytes are candidates, so the capacity bounds their number. Candidates are
 * examined at most every 100 ms. Thread-safe.
 */
final class Shedding {
    /**
     * The idle time in nanoseconds after which an exchange may be ended. Uploads that wait for each other make progress
     * within a shorter time.
     */
    static final long IDLE_NANOS = Duration.ofSeconds(5).toNanos();

    private static final long LOOK_NANOS = Duration.ofMillis(100).toNanos();
    private static final long MILLI = Duration.ofMillis(1).toNanos();

    private final MemoryAccount account;
    private final Set<ExchangeAccount> large = ConcurrentHashMap.newKeySet();
    private final AtomicLong nextLook;
    private final LongAdder ended = new LongAdder();

    Shedding(MemoryAccount account) {
        this.account = account;
        this.nextLook = new AtomicLong(account.now());
    }

    /** Adds the exchange to the candidates if it holds much memory, else removes it from the candidates. */
    void list(ExchangeAccount exchange, boolean holdsMuch) {
        if (holdsMuch) {
            large.add(exchange);
        } else {
            large.remove(exchange);
        }
    }

    long ended() {
        return ended.sum();
    }

    void count() {
        ended.increment();
    }

    /**
     * Ends idle exchanges until enough bytes become free. Exchanges of the lowest priority are ended first, and among
     * them those with the highest product of bytes and idle time. If only the share of the route or the client is
     * exhausted, only exchanges of that route or client are ended.
     *
     * @param lacking the exchange that needs the bytes
     */
    void makeRoom(ExchangeAccount lacking, long bytes) {
        long now = account.now();
        long next = nextLook.get();
        if (large.isEmpty() || now - next < 0 || !nextLook.compareAndSet(next, now + LOOK_NANOS)) {
            return;
        }
        PriorityQueue<Candidate> candidates = new PriorityQueue<>(Comparator.comparingInt(Candidate::rank)
                .thenComparingLong(Candidate::score)
                .reversed());
        boolean isFull = account.free() < bytes;
        for (ExchangeAccount one : large) {
            long idle = one.idleNanos(now);
            if (idle >= IDLE_NANOS && one != lacking && (isFull || one.sharesWith(lacking))) {
                candidates.add(new Candidate(one, one.priority().rank(), one.held(), one.held() * (idle / MILLI)));
            }
        }
        long missing = bytes;
        for (Candidate most = candidates.poll(); most != null && missing > 0; most = candidates.poll()) {
            if (large.remove(most.exchange())) {
                missing -= most.bytes();
                most.exchange().shed();
            }
        }
    }

    private record Candidate(ExchangeAccount exchange, int rank, long bytes, long score) {}
}
