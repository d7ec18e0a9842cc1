package io.policyengine.kernel.remote;

import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import io.policyengine.core.net.UnixSocket;
import io.policyengine.core.worker.ChainSpec;
import io.policyengine.core.worker.PreparedChain;
import io.policyengine.core.worker.ProtocolVersion;
import io.policyengine.core.worker.WorkerControl;
import io.policyengine.core.worker.WorkerDescription;
import io.policyengine.core.worker.WorkerException;
import io.policyengine.core.worker.WorkerException.Kind;
import io.policyengine.core.worker.WorkerHealth;
import io.policyengine.proto.worker.v1.GetWorkerConfigRequest;
import io.policyengine.proto.worker.v1.HealthCheckRequest;
import io.policyengine.proto.worker.v1.HealthCheckResponse;
import io.policyengine.proto.worker.v1.PrepareChainsRequest;
import io.policyengine.proto.worker.v1.PrepareChainsResponse;
import io.policyengine.proto.worker.v1.ReleaseChainsRequest;
import io.policyengine.proto.worker.v1.ReleaseChainsResponse;
import io.policyengine.proto.worker.v1.WorkerConfig;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/** A replica over a connection of its own, whose end tells that the replica is gone. Confined to its event loop. */
final class RemoteControl implements WorkerControl {
    private final Vertx vertx;
    private final RemoteWorkerOptions options;
    private final Runnable lost;
    /** Told what the worker says of itself, for the links. */
    private final AtomicBoolean wantsQuery;

    private final Context context;
    private final SocketClient client;
    private boolean reached;
    private boolean over;

    RemoteControl(
            Vertx vertx, RemoteWorkerOptions options, Runnable lost, Runnable streamFailed, AtomicBoolean wantsQuery) {
        this.wantsQuery = wantsQuery;
        this.vertx = vertx;
        this.options = options;
        this.lost = lost;
        this.context = vertx.getOrCreateContext();
        this.client = new SocketClient(vertx, options, this::onConnection, streamFailed);
    }

    private void onConnection(HttpConnection connection) {
        connection.closeHandler(_ -> context.runOnContext(_ -> onLost()));
        connection.shutdownHandler(_ -> context.runOnContext(_ -> onLost()));
    }

    /** Reaches the replica, unless others than the worker could have put its socket there. */
    Future<WorkerControl> connect() {
        return vertx.executeBlocking(this::checkPlaceBlocking, false)
                .compose(_ -> describe())
                .map(_ -> {
                    reached = true;
                    return (WorkerControl) this;
                })
                .onFailure(_ -> close());
    }

    private Boolean checkPlaceBlocking() {
        try {
            UnixSocket.checkPlaceBlocking(options.socketPath(), options.peer().expected());
            return true;
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

    /** Lets go of the connection without telling that the replica is lost. */
    Future<Void> close() {
        if (over) {
            return Future.succeededFuture();
        }
        over = true;
        return client.close();
    }

    @Override
    public Future<WorkerDescription> describe() {
        GetWorkerConfigRequest question = GetWorkerConfigRequest.newBuilder()
                .setProtocolVersion(io.policyengine.proto.worker.v1.ProtocolVersion.newBuilder()
                        .setMajor(ProtocolVersion.CURRENT.major())
                        .setMinor(ProtocolVersion.CURRENT.minor()))
                .build();
        return ask("GetWorkerConfig", question, WorkerConfig.parser(), options.controlTimeout())
                .map(config -> {
                    wantsQuery.set(ControlDecoder.wantsQuery(config));
                    return ControlDecoder.description(config);
                });
    }

    @Override
    public Future<WorkerHealth> checkHealth() {
        return ask(
                        "HealthCheck",
                        HealthCheckRequest.getDefaultInstance(),
                        HealthCheckResponse.parser(),
                        options.controlTimeout())
                .map(ControlDecoder::health);
    }

    @Override
    public Future<List<PreparedChain>> prepare(long generation, List<ChainSpec> chains) {
        List<PreparedChain> prepared = new ArrayList<>(chains.size());
        Future<?> done = Future.succeededFuture();
        for (ChainEncoder.Page page : ChainEncoder.pages(chains)) {
            done = done.compose(_ -> preparePage(generation, page, prepared));
        }
        return done.map(_ -> prepared);
    }

    private Future<?> preparePage(long generation, ChainEncoder.Page page, List<PreparedChain> prepared) {
        PrepareChainsRequest question = PrepareChainsRequest.newBuilder()
                .setGeneration(generation)
                .addAllChains(page.chains())
                .build();
        return ask("PrepareChains", question, PrepareChainsResponse.parser(), options.prepareTimeout())
                .map(answer -> prepared.addAll(ControlDecoder.prepared(page.specs(), answer.getChainsList())));
    }

    @Override
    public Future<Void> release(List<Long> chainIds) {
        return ask(
                        "ReleaseChains",
                        ReleaseChainsRequest.newBuilder().addAllIds(chainIds).build(),
                        ReleaseChainsResponse.parser(),
                        options.controlTimeout())
                .mapEmpty();
    }

    private <A> Future<A> ask(String method, MessageLite question, Parser<A> parser, Duration time) {
        if (over) {
            return Future.failedFuture(new WorkerException(Kind.UNREACHABLE, "the replica was lost"));
        }
        UnaryCall call = UnaryCall.send(client, method, Wire.buffer(question));
        long timer = vertx.setTimer(
                Math.max(1, time.toMillis()),
                _ -> call.cancel(new WorkerException(
                        Kind.TIMEOUT, method + " was not answered within " + time.toMillis() + " ms")));
        return call.answer().onComplete(_ -> vertx.cancelTimer(timer)).map(answer -> Wire.parse(parser, answer));
    }
}
