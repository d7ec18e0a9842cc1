package io.policyengine.testkit.worker;

import com.google.protobuf.ByteString;
import io.policyengine.proto.worker.v1.BodyChunk;
import io.policyengine.proto.worker.v1.CallFailure;
import io.policyengine.proto.worker.v1.ChunkResult;
import io.policyengine.proto.worker.v1.RequestEntryResult;
import io.policyengine.proto.worker.v1.RequestInstruction;
import io.policyengine.proto.worker.v1.RequestResult;
import io.policyengine.proto.worker.v1.ResponseEntryResult;
import io.policyengine.proto.worker.v1.ResponseInstruction;
import io.policyengine.proto.worker.v1.ResponseResult;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.List;

/** A scripted worker's answer to a call or to a body chunk: a result of type {@code T}, or a failure. */
public sealed interface Reply<T> {
    record Result<T>(T result) implements Reply<T> {}

    /** The failure of a whole call. */
    record Failure<T>(CallFailure failure) implements Reply<T> {}

    static <T> Future<Reply<T>> result(T result) {
        return Future.succeededFuture(new Result<>(result));
    }

    /** Returns the result of a call that ran one entry, whose outcome has these instructions. */
    static Future<Reply<RequestResult>> request(RequestInstruction... instructions) {
        return result(RequestResult.newBuilder()
                .addEntries(RequestEntryResult.newBuilder().addAllInstructions(List.of(instructions)))
                .build());
    }

    /** Returns the result of a call that ran one entry, whose outcome has these instructions. */
    static Future<Reply<ResponseResult>> response(ResponseInstruction... instructions) {
        return result(ResponseResult.newBuilder()
                .addEntries(ResponseEntryResult.newBuilder().addAllInstructions(List.of(instructions)))
                .build());
    }

    /** Returns a reply that replaces the chunk with these bytes. */
    static Future<Reply<ChunkResult>> chunk(String data, boolean last) {
        return result(ChunkResult.newBuilder()
                .setData(ByteString.copyFromUtf8(data))
                .setEndOfStream(last)
                .build());
    }

    /** Returns a reply that passes the chunk unchanged. */
    static Future<Reply<ChunkResult>> unchanged(BodyChunk chunk) {
        return result(ChunkResult.newBuilder()
                .setUnchanged(true)
                .setEndOfStream(chunk.getEndOfStream())
                .build());
    }

    /** Returns the failure of a whole call. */
    static <T> Future<Reply<T>> failure(CallFailure.Code code, String message) {
        return Future.succeededFuture(new Failure<>(
                CallFailure.newBuilder().setCode(code).setMessage(message).build()));
    }

    /** Returns a reply that never arrives. */
    static <T> Future<Reply<T>> never() {
        return Promise.<Reply<T>>promise().future();
    }
}
