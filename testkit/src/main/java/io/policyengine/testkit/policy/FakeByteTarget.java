package io.policyengine.testkit.policy;

import io.policyengine.core.callout.CalloutException;
import io.policyengine.core.callout.CalloutException.Kind;
import io.policyengine.core.policy.ByteConnection;
import io.policyengine.core.policy.ByteTarget;
import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.Cancellation;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * An in-memory server with a byte protocol. It answers as a test specifies, on the clock of its {@link
 * FakeEnvironment}, and refuses connections until the test specifies answers.
 *
 * <pre>{@code
 * environment.useByteTarget("scanner:3310").serve(() -> sent -> Buffer.buffer("OK"));
 * environment.useByteTarget("/run/scanner.sock").hang();
 * }</pre>
 */
public final class FakeByteTarget implements ByteTarget {
    private static final Buffer NOTHING = Buffer.buffer();

    private final String name;
    private final FakeEnvironment environment;
    private final Deque<Connection> idle = new ArrayDeque<>();
    private @Nullable Supplier<Session> sessions;
    private Kind refusal = Kind.UNREACHABLE;
    private int opened;
    private int inUse;
    private boolean keeps = true;

    /** The server's side of a connection to a {@link FakeByteTarget}. */
    @FunctionalInterface
    public interface Session {
        /**
         * Returns the answer to bytes that the policy sent.
         *
         * @return the bytes to send now; may be empty
         * @throws CalloutException from {@link #failure}; the connection is lost
         */
        Buffer answer(Buffer sent);
    }

    FakeByteTarget(String name, FakeEnvironment environment) {
        this.name = name;
        this.environment = environment;
    }

    // Called by tests

    /** Accepts connections from now on, each with its own session. */
    public FakeByteTarget serve(Supplier<Session> each) {
        this.sessions = each;
        return this;
    }

    /** Accepts connections from now on, but never answers. */
    public FakeByteTarget hang() {
        return serve(() -> _ -> NOTHING);
    }

    /** Refuses new connections from now on, with this kind of failure. */
    public FakeByteTarget refuse(Kind kind) {
        this.sessions = null;
        this.refusal = kind;
        return this;
    }

    /** Disables the reuse of connections from now on. */
    public FakeByteTarget keepNothing() {
        this.keeps = false;
        return this;
    }

    /** Closes the idle connections. */
    public void loseIdle() {
        idle.clear();
    }

    /** Creates a failure for a {@link Session} to throw. */
    public CalloutException failure(Kind kind) {
        return new CalloutException(kind, name, "simulated by the test");
    }

    /** Returns the number of connections opened so far. A reused connection is counted once. */
    public int opened() {
        return opened;
    }

    public int inUse() {
        return inUse;
    }

    // Called by policies

    @Override
    public String name() {
        return name;
    }

    @Override
    public Future<ByteConnection> connect(Call call, long deadlineNanos) {
        if (call.cancellation().isCancelled()) {
            return Future.failedFuture(failure(Kind.CANCELLED));
        }
        Connection kept = idle.pollLast();
        if (kept != null) {
            return Future.succeededFuture(new Connection(call, kept.session, Optional.ofNullable(kept.left)));
        }
        if (sessions == null) {
            return Future.failedFuture(failure(refusal));
        }
        opened++;
        return Future.succeededFuture(new Connection(call, sessions.get(), Optional.empty()));
    }

    private final class Connection implements ByteConnection {
        private final Session session;
        private final Optional<Object> kept;
        private final Cancellation.Listening listening;
        private Buffer unread = NOTHING;
        private boolean isOver;
        private CalloutException why = failure(Kind.UNREACHABLE);
        private @Nullable Object left;
        private @Nullable Promise<Buffer> reader;

        Connection(Call call, Session session, Optional<Object> kept) {
            this.session = session;
            this.kept = kept;
            inUse++;
            this.listening = call.cancellation().onCancel(() -> end(failure(Kind.CANCELLED)));
        }

        @Override
        public Optional<Object> kept() {
            return kept;
        }

        @Override
        public Future<Void> write(Buffer bytes, long deadlineNanos) {
            if (isOver) {
                return Future.failedFuture(why);
            }
            try {
                unread = unread.copy().appendBuffer(session.answer(bytes));
                return Future.succeededFuture();
            } catch (CalloutException lost) {
                end(lost);
                return Future.failedFuture(lost);
            }
        }

        @Override
        public Future<Buffer> read(long deadlineNanos) {
            if (unread.length() > 0) {
                Buffer all = unread;
                unread = NOTHING;
                return Future.succeededFuture(all);
            }
            if (isOver) {
                return Future.failedFuture(why);
            }
            Promise<Buffer> next = Promise.promise();
            reader = next;
            long wait = deadlineNanos - environment.ticker().nanoTime();
            environment.after(Duration.ofNanos(wait)).onComplete(_ -> end(failure(Kind.TIMEOUT)));
            return next.future();
        }

        @Override
        public void keep(Object note) {
            if (isOver) {
                return;
            }
            end(why);
            left = note;
            if (keeps && unread.length() == 0) {
                idle.addLast(this);
            }
        }

        @Override
        public void close() {
            end(why);
        }

        @Override
        public CalloutException malformed(String reason) {
            CalloutException malformed = new CalloutException(Kind.MALFORMED, name, reason);
            end(malformed);
            return malformed;
        }

        @Override
        public CalloutException refused(String reason) {
            return malformed(reason);
        }

        private void end(CalloutException reason) {
            if (isOver) {
                return;
            }
            isOver = true;
            why = reason;
            inUse--;
            listening.end();
            Promise<Buffer> waiting = reader;
            if (waiting != null) {
                waiting.tryFail(reason);
            }
        }
    }
}
