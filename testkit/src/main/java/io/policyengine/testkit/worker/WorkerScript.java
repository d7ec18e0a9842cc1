package io.policyengine.testkit.worker;

import io.policyengine.proto.worker.v1.BodyChunk;
import io.policyengine.proto.worker.v1.CallContext;
import io.policyengine.proto.worker.v1.Chain;
import io.policyengine.proto.worker.v1.ChunkResult;
import io.policyengine.proto.worker.v1.HealthCheckResponse;
import io.policyengine.proto.worker.v1.PrepareChainsRequest;
import io.policyengine.proto.worker.v1.PrepareChainsResponse;
import io.policyengine.proto.worker.v1.PreparedChain;
import io.policyengine.proto.worker.v1.PreparedEntry;
import io.policyengine.proto.worker.v1.ProtocolVersion;
import io.policyengine.proto.worker.v1.RequestCall;
import io.policyengine.proto.worker.v1.RequestEntryResult;
import io.policyengine.proto.worker.v1.RequestResult;
import io.policyengine.proto.worker.v1.ResponseCall;
import io.policyengine.proto.worker.v1.ResponseEntryResult;
import io.policyengine.proto.worker.v1.ResponseResult;
import io.policyengine.proto.worker.v1.TrailersCall;
import io.policyengine.proto.worker.v1.TrailersEntryResult;
import io.policyengine.proto.worker.v1.TrailersResult;
import io.policyengine.proto.worker.v1.WorkerConfig;
import io.policyengine.proto.worker.v1.WorkerMessage;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The scripted answers of a {@link FakeWorker}. By default, calls pass. Tests may change the fields while the worker
 * runs.
 */
final class WorkerScript {
    private final Map<Long, Chain> chains = new ConcurrentHashMap<>();

    volatile WorkerConfig config = WorkerConfig.newBuilder()
            .setName("fake")
            .setVersion("1.0.0")
            .setProtocolVersion(ProtocolVersion.newBuilder().setMajor(1))
            .setMaxBodySizeBytes(1 << 20)
            .setMaxStateSizeBytes(1 << 16)
            .build();
    volatile HealthCheckResponse health = HealthCheckResponse.newBuilder()
            .setStatus(HealthCheckResponse.Status.STATUS_SERVING)
            .build();
    volatile Function<PrepareChainsRequest, Future<PrepareChainsResponse>> prepare =
            request -> Future.succeededFuture(allGood(request));
    volatile Function<RequestCall, Future<Reply<RequestResult>>> request =
            call -> Reply.result(RequestResult.newBuilder()
                    .addAllEntries(
                            Collections.nCopies(entries(call.getContext()), RequestEntryResult.getDefaultInstance()))
                    .setTakesChunks(takesChunks(call.getContext()))
                    .build());
    volatile Function<ResponseCall, Future<Reply<ResponseResult>>> response =
            call -> Reply.result(ResponseResult.newBuilder()
                    .addAllEntries(
                            Collections.nCopies(entries(call.getContext()), ResponseEntryResult.getDefaultInstance()))
                    .setTakesChunks(takesChunks(call.getContext()))
                    .build());

    volatile Function<TrailersCall, Future<Reply<TrailersResult>>> trailers =
            call -> Reply.result(TrailersResult.newBuilder()
                    .addAllEntries(
                            Collections.nCopies(entries(call.getContext()), TrailersEntryResult.getDefaultInstance()))
                    .build());

    /** The answer to body chunks; null if calls do not read bodies. */
    volatile @Nullable Function<BodyChunk, Future<Reply<ChunkResult>>> chunk;

    volatile UnaryOperator<List<WorkerMessage>> answers = UnaryOperator.identity();

    volatile boolean reads = true;

    volatile boolean unaryOnly;

    /** The incomplete answer to each call of ExecuteRequest; null if answers are complete. */
    volatile @Nullable Buffer beginning;

    void remember(PrepareChainsRequest request) {
        request.getChainsList().forEach(chain -> chains.put(chain.getId(), chain));
    }

    void forget(List<Long> ids) {
        ids.forEach(chains::remove);
    }

    void forgetAll() {
        chains.clear();
    }

    private int entries(CallContext context) {
        Chain chain = context.hasChain() ? context.getChain() : chains.get(context.getChainId());
        int all = chain == null ? 0 : chain.getEntriesCount();
        int end = context.getEndEntry() == 0 ? all : Math.min(all, context.getEndEntry());
        return Math.max(0, end - context.getFirstEntry());
    }

    private boolean takesChunks(CallContext context) {
        return context.getStreamsBody() && chunk != null;
    }

    private static PrepareChainsResponse allGood(PrepareChainsRequest request) {
        PrepareChainsResponse.Builder response = PrepareChainsResponse.newBuilder();
        for (Chain chain : request.getChainsList()) {
            response.addChains(PreparedChain.newBuilder()
                    .setId(chain.getId())
                    .addAllEntries(Collections.nCopies(chain.getEntriesCount(), PreparedEntry.getDefaultInstance())));
        }
        return response.build();
    }
}
