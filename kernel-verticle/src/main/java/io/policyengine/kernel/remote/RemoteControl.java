package io.policyengine.kernel.remote;

import io.policyengine.core.async.OffLoop;
import io.policyengine.core.capacity.Capacity;
import io.policyengine.core.net.UnixSocket;
import io.policyengine.core.time.ClockReading;
import io.policyengine.core.time.Ticker;
import io.policyengine.core.worker.ChainSpec;
import io.policyengine.core.worker.EntryAnswer;
import io.policyengine.core.worker.PolicyQuestion;
import io.policyengine.core.worker.PreparedChain;
import io.policyengine.core.worker.ProtocolVersion;
import io.policyengine.core.worker.WorkerControl;
import io.policyengine.core.worker.WorkerDescription;
import io.policyengine.core.worker.WorkerException;
import io.policyengine.core.worker.WorkerException.Kind;
import io.policyengine.core.worker.WorkerHealth;
import io.policyengine.protocol.DescriptionCodec;
import io.policyengine.protocol.HealthCodec;
import io.policyengine.protocol.MetricsCodec;
import io.policyengine.protocol.PreparationCodec;
import io.policyengine.protocol.QuestionCodec;
import io.policyengine.protocol.WorkerMethod;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/** The management connection to a replica. When it is lost, the replica is gone. Confined to its event loop. */
final class RemoteControl implements WorkerControl {
    /**
     * The time limit for a worker to return its metrics. It is short enough that a scrape of the kernel is answered in
     * time.
     */
    private static final Duration METRICS_TIME = Duration.ofMillis(1_500);

    private final Vertx vertx;
    private final RemoteWorkerOptions options;
    private final Ticker ticker;
    private final Runnable lost;
    /** Receives the worker's description, which calls to the worker need. */
    private final Consumer<DescriptionCodec.Introduction> introduced;

    private final Context context;
    private final SocketClient client;
    private boolean reached;
    private boolean over;

    RemoteControl(
            Vertx vertx,
            RemoteWorkerOptions options,
            Ticker ticker,
            Runnable lost,
            Runnable streamFailed,
            Capacity room,
            Consumer<DescriptionCodec.Introduction> introduced) {
        this.introduced = introduced;
        this.vertx = vertx;
        this.options = options;
        this.ticker = ticker;
        this.lost = lost;
        this.context = vertx.getOrCreateContext();
        this.client = new SocketClient(vertx, options, room, this::onConnection, streamFailed);
    }

    private void onConnection(HttpConnection connection) {
        connection.closeHandler(_ -> context.runOnContext(_ -> onLost()));
        connection.shutdownHandler(_ -> context.runOnContext(_ -> onLost()));
    }

    /** Connects to the replica. Fails if another user than the worker's could have created the socket. */
    Future<WorkerControl> connect() {
        return OffLoop.run(vertx, this::checkPlaceBlocking)
                .compose(_ -> describe())
                .map(_ -> {
                    reached = true;
                    return (WorkerControl) this;
                })
                .onFailure(_ -> close());
    }

    private void checkPlaceBlocking() {
        try {
            UnixSocket.checkPlaceBlocking(options.socketPath(), options.peer().expected());
        } catch (IOException refused) {
            throw new WorkerException(Kind.UNREACHABLE, String.valueOf(refused.getMessage()));
        }
    }

    private void onLost() {
        boolean tell = reached && !over;
        close();
        if (tell) {
            lost.run();
        }
    }

    /** Closes the connection, but does not report the replica as lost. */
    Future<Void> close() {
        if (over) {
            return Future.succeededFuture();
        }
        over = true;
        return client.close();
    }

    @Override
    public Future<WorkerDescription> describe() {
        Buffer question = DescriptionCodec.encodeQuestion(ProtocolVersion.CURRENT);
        ClockReading asked = ClockReading.of(ticker);
        return ask(WorkerMethod.GET_WORKER_CONFIG, question, options.controlTimeout(), DescriptionCodec::decode)
                .map(introduction -> {
                    introduced.accept(introduction.withClockBetween(asked, ClockReading.of(ticker)));
                    return introduction.description();
                });
    }

    @Override
    public Future<WorkerHealth> checkHealth() {
        return ask(
                WorkerMethod.HEALTH_CHECK, HealthCodec.encodeQuestion(), options.controlTimeout(), HealthCodec::decode);
    }

    @Override
    public Future<List<PreparedChain>> prepare(long generation, List<ChainSpec> chains) {
        List<PreparedChain> prepared = new ArrayList<>(chains.size());
        Future<?> done = Future.succeededFuture();
        for (PreparationCodec.Page page : PreparationCodec.pages(chains)) {
            done = done.compose(_ -> ask(
                            WorkerMethod.PREPARE_CHAINS,
                            page.encode(generation),
                            options.prepareTimeout(),
                            page::decodeAnswer)
                    .map(prepared::addAll));
        }
        return done.map(_ -> prepared);
    }

    @Override
    public Future<List<EntryAnswer>> ask(PolicyQuestion question) {
        // Off the event loop, since an answer may be long; callers bound the questions in progress.
        return answer(WorkerMethod.ASK_POLICY, QuestionCodec.encodeQuestion(question), options.prepareTimeout())
                .compose(encoded -> OffLoop.call(vertx, () -> QuestionCodec.decode(encoded)));
    }

    @Override
    public Future<Buffer> readMetrics() {
        return ask(WorkerMethod.READ_METRICS, MetricsCodec.encodeQuestion(), METRICS_TIME, MetricsCodec::decode);
    }

    @Override
    public Future<Void> release(List<Long> chainIds) {
        return ask(
                        WorkerMethod.RELEASE_CHAINS,
                        PreparationCodec.encodeRelease(chainIds),
                        options.controlTimeout(),
                        PreparationCodec::isReleased)
                .mapEmpty();
    }

    private <A> Future<A> ask(WorkerMethod method, Buffer question, Duration time, Function<Buffer, A> decoder) {
        return answer(method, question, time).map(decoder);
    }

    private Future<Buffer> answer(WorkerMethod method, Buffer question, Duration time) {
        if (over) {
            return Future.failedFuture(new WorkerException(Kind.UNREACHABLE, "the replica was lost"));
        }
        UnaryCall call = UnaryCall.send(client, method, question);
        long timer = vertx.setTimer(
                Math.max(1, time.toMillis()),
                _ -> call.cancel(new WorkerException(
                        Kind.TIMEOUT, method.methodName() + " was not answered within " + time.toMillis() + " ms")));
        return call.answer().onComplete(_ -> vertx.cancelTimer(timer));
    }
}
