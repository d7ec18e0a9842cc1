package io.policyengine.it.protocol;

import com.google.protobuf.ByteString;
import io.policyengine.it.protocol.Transcript.Line;
import io.policyengine.it.protocol.Transcript.Speaker;
import io.policyengine.proto.worker.v1.Chain;
import io.policyengine.proto.worker.v1.KernelBatch;
import io.policyengine.proto.worker.v1.KernelMessage;
import io.policyengine.proto.worker.v1.PrepareChainsRequest;
import io.policyengine.proto.worker.v1.PrepareChainsResponse;
import io.policyengine.proto.worker.v1.PreparedChain;
import io.policyengine.proto.worker.v1.RequestCall;
import io.policyengine.proto.worker.v1.ResponseCall;
import io.policyengine.proto.worker.v1.WorkerBatch;
import io.policyengine.proto.worker.v1.WorkerMessage;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.net.SocketAddress;
import io.vertx.grpc.common.GrpcStatus;
import io.vertx.grpc.server.GrpcServer;
import io.vertx.grpc.server.GrpcServerRequest;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A worker of a former version: it answers a kernel with the bytes that such a worker sent. Only the numbers that a kernel chooses, of
 * calls and of chains, are exchanged for those of the kernel at hand.
 */
final class ReplayedWorker {
    /** Calls on streams that it has no answer to, as the worker of the recording had none. */
    final Seen unanswered = Seen.nothing();

    private final HttpServer server;
    private final Transcript transcript;
    private final Map<ChainName, PreparedChain> prepared = new HashMap<>();
    private final Map<ChainName, List<WorkerMessage>> streamed = new HashMap<>();
    private final Map<ChainName, ByteString> unary = new HashMap<>();
    private final Map<Long, ChainName> live = new ConcurrentHashMap<>();

    /** What a chain is called in every kernel; each route is called once in a recording. */
    private record ChainName(String route, int phase) {
        static ChainName of(Chain chain) {
            return new ChainName(chain.getRoute(), chain.getPhaseValue());
        }
    }

    ReplayedWorker(Vertx vertx, Transcript transcript) {
        this.transcript = transcript;
        Map<Long, ChainName> recorded = new HashMap<>();
        for (int call : transcript.calls("PrepareChains")) {
            learnChains(call, recorded);
        }
        transcript.calls("Exchange").forEach(call -> learnStream(call, recorded));
        for (int call : transcript.calls("ExecuteRequest")) {
            ByteString question = transcript.said(call, Speaker.KERNEL).getFirst();
            long chain = Wire.parse(RequestCall.parser(), question).getContext().getChainId();
            unary.put(
                    known(recorded, chain),
                    transcript.said(call, Speaker.WORKER).getFirst());
        }
        this.server =
                vertx.createHttpServer().requestHandler(GrpcServer.server(vertx).callHandler(this::handle));
    }

    private void learnChains(int call, Map<Long, ChainName> recorded) {
        PrepareChainsRequest question = Wire.parse(
                PrepareChainsRequest.parser(),
                transcript.said(call, Speaker.KERNEL).getFirst());
        PrepareChainsResponse answer = Wire.parse(
                PrepareChainsResponse.parser(),
                transcript.said(call, Speaker.WORKER).getFirst());
        for (int i = 0; i < question.getChainsCount(); i++) {
            ChainName name = ChainName.of(question.getChains(i));
            recorded.put(question.getChains(i).getId(), name);
            prepared.put(name, answer.getChains(i));
        }
    }

    private void learnStream(int call, Map<Long, ChainName> recorded) {
        Map<Long, ChainName> byCall = new HashMap<>();
        for (ByteString batch : transcript.said(call, Speaker.KERNEL)) {
            for (KernelMessage message : Wire.parse(KernelBatch.parser(), batch).getMessagesList()) {
                if (message.hasRequestCall() || message.hasResponseCall()) {
                    byCall.put(message.getCallId(), known(recorded, chainOf(message)));
                }
            }
        }
        for (ByteString batch : transcript.said(call, Speaker.WORKER)) {
            for (WorkerMessage answer : Wire.parse(WorkerBatch.parser(), batch).getMessagesList()) {
                streamed.computeIfAbsent(known(byCall, answer.getCallId()), _ -> new ArrayList<>())
                        .add(answer);
            }
        }
    }

    private static long chainOf(KernelMessage message) {
        return message.hasRequestCall()
                ? Wire.parse(RequestCall.parser(), message.getRequestCall())
                        .getContext()
                        .getChainId()
                : Wire.parse(ResponseCall.parser(), message.getResponseCall())
                        .getContext()
                        .getChainId();
    }

    private static ChainName known(Map<Long, ChainName> names, long id) {
        ChainName name = names.get(id);
        if (name == null) {
            throw new IllegalStateException("the transcript knows nothing of " + id);
        }
        return name;
    }

    Future<?> listen(String socket) {
        return server.listen(SocketAddress.domainSocketAddress(socket));
    }

    private void handle(GrpcServerRequest<Buffer, Buffer> request) {
        switch (request.methodName()) {
            case "PrepareChains" -> request.last().onSuccess(question -> end(request, prepare(question)));
            case "ExecuteRequest" ->
                request.last().onSuccess(question -> {
                    RequestCall call = Wire.parse(RequestCall.parser(), Wire.bytes(question));
                    end(request, unary.get(known(live, call.getContext().getChainId())));
                });
            case "Exchange" -> serveStream(request);
            // Methods and answers that were not recorded are methods that this worker does not have.
            default -> {
                ByteString answer = transcript.lines().stream()
                        .filter(line ->
                                line.isBy(Speaker.WORKER) && line.method().equals(request.methodName()))
                        .map(Line::message)
                        .findFirst()
                        .orElse(null);
                request.last().onSuccess(_ -> end(request, answer));
            }
        }
    }

    private static void end(GrpcServerRequest<Buffer, Buffer> request, @Nullable ByteString answer) {
        if (answer == null) {
            request.response().status(GrpcStatus.UNIMPLEMENTED).end();
        } else {
            request.response().end(Wire.buffer(answer));
        }
    }

    private ByteString prepare(Buffer question) {
        PrepareChainsResponse.Builder answer = PrepareChainsResponse.newBuilder();
        for (Chain chain :
                Wire.parse(PrepareChainsRequest.parser(), Wire.bytes(question)).getChainsList()) {
            ChainName name = ChainName.of(chain);
            PreparedChain recorded = prepared.get(name);
            if (recorded == null) {
                throw new IllegalStateException("the transcript has no chain " + name);
            }
            live.put(chain.getId(), name);
            answer.addChains(recorded.toBuilder().setId(chain.getId()));
        }
        return answer.build().toByteString();
    }

    private void serveStream(GrpcServerRequest<Buffer, Buffer> request) {
        Map<Long, Queue<WorkerMessage>> open = new HashMap<>();
        request.handler(encoded -> {
            WorkerBatch.Builder answers = WorkerBatch.newBuilder();
            KernelBatch batch = Wire.parse(KernelBatch.parser(), Wire.bytes(encoded));
            for (KernelMessage message : batch.getMessagesList()) {
                WorkerMessage next = next(message, open);
                if (next != null) {
                    answers.addMessages(next.toBuilder().setCallId(message.getCallId()));
                }
            }
            if (answers.getMessagesCount() > 0 || batch.getMessagesCount() == 0) {
                request.response().write(Wire.buffer(answers.build().toByteString()));
            }
        });
        request.endHandler(_ -> request.response().end());
    }

    /** The next answer to the call that the message belongs to. */
    private @Nullable WorkerMessage next(KernelMessage message, Map<Long, Queue<WorkerMessage>> open) {
        long id = message.getCallId();
        if (message.hasCancel()) {
            open.remove(id);
            unanswered.cancels().incrementAndGet();
            return null;
        }
        if (message.hasRequestCall() || message.hasResponseCall()) {
            open.put(id, new ArrayDeque<>(streamed.getOrDefault(known(live, chainOf(message)), List.of())));
        }
        Queue<WorkerMessage> left = open.get(id);
        WorkerMessage next = left == null ? null : left.poll();
        if (next == null) {
            unanswered.calls().incrementAndGet();
        }
        return next;
    }
}
