package io.policyengine.app.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import ch.qos.logback.core.encoder.Encoder;
import io.policyengine.admin.access.AuditLog;
import io.policyengine.admin.accesslog.AccessLog;
import io.policyengine.core.capacity.Capacity;
import io.policyengine.core.config.ObservabilityConfig.LogLevel;
import io.policyengine.core.log.LogFields;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.KeyValuePair;

/**
 * Writes log lines to a stream that may block, such as a pipe without a reader. Callers never wait: they append to a
 * queue that is bounded in bytes, and one thread writes the lines. A line that does not fit is dropped; once the queue
 * is at most half full, a separate line reports the number of dropped lines. A quarter of the queue is reserved for
 * errors and the audit log, and the access log may fill only half of the queue.
 */
final class BoundedLog extends UnsynchronizedAppenderBase<ILoggingEvent> {
    /** Maximum size of a log line, in bytes; a longer line is truncated. */
    static final int LONGEST_LINE = 64 * 1024;

    private static final int KEPT_OF_MESSAGE = 8 * 1024;
    private static final int KEPT_OF_VALUE = 100;
    /** The heap that a queued line is estimated to need in addition to its bytes. */
    private static final int OVERHEAD = 64;

    private final Encoder<ILoggingEvent> encoder;
    private final OutputStream out;
    private final long room;
    private final InstantSource clock;
    private final Queue<Item> queue = new ConcurrentLinkedQueue<>();
    /** Bytes of log lines that are not written yet. */
    private final Capacity held;

    private final Map<LogLevel, LongAdder> dropped = Map.of(
            LogLevel.TRACE, new LongAdder(),
            LogLevel.DEBUG, new LongAdder(),
            LogLevel.INFO, new LongAdder(),
            LogLevel.WARN, new LongAdder(),
            LogLevel.ERROR, new LongAdder());
    private volatile @Nullable Thread writer;
    private volatile boolean isResting;

    /** The number of dropped lines that were reported. Confined to the writer thread. */
    private long told;

    private sealed interface Item {}

    private static final class Line implements Item {
        private final LogLevel level;
        private final byte[] bytes;

        Line(LogLevel level, byte[] bytes) {
            this.level = level;
            this.bytes = bytes;
        }

        long size() {
            return (long) bytes.length + OVERHEAD;
        }
    }

    /** A marker in the queue. The writer opens the latch when it has written all earlier lines. */
    private record Mark(CountDownLatch reached) implements Item {}

    /** Creates a log that writes to an unbuffered stream; {@code room} is the capacity of the queue in bytes. */
    BoundedLog(Encoder<ILoggingEvent> encoder, OutputStream out, long room, InstantSource clock) {
        this.encoder = encoder;
        this.out = out;
        this.room = room;
        this.held = new Capacity(room);
        this.clock = clock;
    }

    @Override
    public void start() {
        super.start();
        writer = Thread.ofPlatform().daemon().name("log-writer").start(this::runBlocking);
    }

    @Override
    protected void append(ILoggingEvent event) {
        LogLevel level = LoggerLevels.levelOf(event.getLevel());
        byte[] bytes = encoder.encode(event);
        Line line = new Line(
                level, bytes.length <= LONGEST_LINE ? bytes : encoder.encode(beginningOf(event, bytes.length)));
        if (held.tryTakeWithin(line.size(), roomFor(event))) {
            add(line);
        } else {
            count(level);
        }
    }

    private long roomFor(ILoggingEvent event) {
        String logger = event.getLoggerName();
        if (event.getLevel().isGreaterOrEqual(Level.ERROR) || logger.equals(AuditLog.LOGGER)) {
            return room;
        }
        return logger.equals(AccessLog.LOGGER) ? room / 2 : room - room / 4;
    }

    private void add(Item item) {
        queue.add(item);
        // Waking a thread costs a system call, which is needed only if the writer rests.
        if (isResting) {
            LockSupport.unpark(writer);
        }
    }

    private void count(LogLevel level) {
        LongAdder of = dropped.get(level);
        if (of != null) {
            of.increment();
        }
    }

    long dropped(LogLevel level) {
        LongAdder of = dropped.get(level);
        return of == null ? 0 : of.sum();
    }

    /** Waits until all lines logged before this call are written, or the time limit expires. */
    void awaitWrittenBlocking(Duration limit) {
        CountDownLatch reached = new CountDownLatch(1);
        add(new Mark(reached));
        try {
            boolean ignored = reached.await(limit.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException goOn) {
            Thread.currentThread().interrupt();
        }
    }

    private void runBlocking() {
        while (true) {
            Item next = queue.poll();
            switch (next) {
                case null -> restBlocking();
                case Mark mark -> mark.reached().countDown();
                case Line line -> {
                    boolean written = writeBlocking(line.bytes);
                    held.give(line.size());
                    if (!written) {
                        count(line.level);
                    } else if (held.taken() <= room / 2) {
                        tellBlocking();
                    }
                }
            }
        }
    }

    private void restBlocking() {
        isResting = true;
        if (queue.isEmpty()) {
            LockSupport.park(this);
        }
        isResting = false;
    }

    private boolean writeBlocking(byte[] line) {
        try {
            out.write(line);
            return true;
        } catch (IOException notTaken) {
            // The stream has no reader any longer, and there is no other place to log.
            return false;
        }
    }

    private void tellBlocking() {
        long all = dropped.values().stream().mapToLong(LongAdder::sum).sum();
        if (all > told) {
            LoggingEvent event = new LoggingEvent();
            event.setLoggerName(BoundedLog.class.getName());
            event.setLevel(Level.WARN);
            event.setInstant(clock.instant());
            event.setMessage("log lines were dropped because stdout was read more slowly than they were logged");
            event.setKeyValuePairs(List.of(new KeyValuePair(LogFields.LEFT_OUT, all - told)));
            if (writeBlocking(encoder.encode(event))) {
                told = all;
            }
        }
    }

    /** Returns a copy of the event with a truncated message and without long values. */
    private static LoggingEvent beginningOf(ILoggingEvent event, int bytes) {
        String message = String.valueOf(event.getFormattedMessage());
        LoggingEvent beginning = new LoggingEvent();
        beginning.setLoggerName(event.getLoggerName());
        beginning.setLevel(event.getLevel());
        beginning.setInstant(event.getInstant());
        beginning.setMessage(message.substring(0, Math.min(message.length(), KEPT_OF_MESSAGE)) + " … (a line of "
                + bytes + " bytes)");
        List<KeyValuePair> pairs = event.getKeyValuePairs();
        if (pairs != null) {
            beginning.setKeyValuePairs(pairs.stream()
                    .filter(pair -> String.valueOf(pair.value).length() <= KEPT_OF_VALUE)
                    .toList());
        }
        return beginning;
    }
}
