package io.policyengine.worker.server;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.policyengine.core.chain.EntryResult;
import io.policyengine.core.chain.SegmentResult;
import io.policyengine.core.http.Octets;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.core.policy.ResponseOutcome;
import io.policyengine.proto.worker.v1.AppendHeader;
import io.policyengine.proto.worker.v1.ChunkFailure;
import io.policyengine.proto.worker.v1.ChunkResult;
import io.policyengine.proto.worker.v1.Continue;
import io.policyengine.proto.worker.v1.EntryFailure;
import io.policyengine.proto.worker.v1.Header;
import io.policyengine.proto.worker.v1.ImmediateResponse;
import io.policyengine.proto.worker.v1.RemoveHeader;
import io.policyengine.proto.worker.v1.RemoveQueryParam;
import io.policyengine.proto.worker.v1.RequestEntryResult;
import io.policyengine.proto.worker.v1.RequestInstruction;
import io.policyengine.proto.worker.v1.RequestResult;
import io.policyengine.proto.worker.v1.ResponseEntryResult;
import io.policyengine.proto.worker.v1.ResponseInstruction;
import io.policyengine.proto.worker.v1.ResponseResult;
import io.policyengine.proto.worker.v1.SetAuthority;
import io.policyengine.proto.worker.v1.SetBody;
import io.policyengine.proto.worker.v1.SetHeader;
import io.policyengine.proto.worker.v1.SetMetadata;
import io.policyengine.proto.worker.v1.SetMethod;
import io.policyengine.proto.worker.v1.SetPath;
import io.policyengine.proto.worker.v1.SetQueryParam;
import io.policyengine.proto.worker.v1.SetStatusCode;
import io.policyengine.proto.worker.v1.SkipRemainingPolicies;
import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/** Writes results. */
final class ResultEncoder {
    private ResultEncoder() {}

    static RequestResult request(SegmentResult<RequestOutcome> result) {
        RequestResult.Builder entries = RequestResult.newBuilder();
        for (EntryResult<RequestOutcome> entry : result.entries()) {
            entries.addEntries(
                    switch (entry) {
                        case EntryResult.Completed<RequestOutcome>(var outcome) -> entry(outcome);
                        case EntryResult.Failed<RequestOutcome>(var failure) ->
                            RequestEntryResult.newBuilder()
                                    .setFailure(failure(failure))
                                    .build();
                    });
        }
        return entries.build();
    }

    static ResponseResult response(SegmentResult<ResponseOutcome> result) {
        ResponseResult.Builder entries = ResponseResult.newBuilder();
        for (EntryResult<ResponseOutcome> entry : result.entries()) {
            entries.addEntries(
                    switch (entry) {
                        case EntryResult.Completed<ResponseOutcome>(var outcome) -> entry(outcome);
                        case EntryResult.Failed<ResponseOutcome>(var failure) ->
                            ResponseEntryResult.newBuilder()
                                    .setFailure(failure(failure))
                                    .build();
                    });
        }
        return entries.build();
    }

    static ChunkResult chunk(io.policyengine.core.chain.ChunkResult result) {
        ChunkResult.Builder chunk =
                ChunkResult.newBuilder().setEndOfStream(result.last()).setHolding(result.holding());
        Buffer data = result.data();
        if (data == null) {
            chunk.setUnchanged(true);
        } else {
            chunk.setData(WorkerService.bytes(data));
        }
        for (io.policyengine.core.chain.ChunkResult.Failure failed : result.failures()) {
            chunk.addFailures(ChunkFailure.newBuilder().setEntry(failed.entry()).setFailure(failure(failed.failure())));
        }
        io.policyengine.core.chain.ChunkResult.Denial denial = result.denial();
        if (denial != null) {
            chunk.setImmediateResponse(immediate(denial.response())).setImmediateResponseEntry(denial.entry());
        }
        return chunk.build();
    }

    private static RequestEntryResult entry(RequestOutcome outcome) {
        RequestEntryResult.Builder entry = RequestEntryResult.newBuilder();
        for (io.policyengine.core.instruction.RequestInstruction instruction : outcome.instructions()) {
            entry.addInstructions(instruction(instruction));
        }
        switch (outcome) {
            case RequestOutcome.Proceed(var _, String reason) -> {
                if (reason != null) {
                    entry.addInstructions(RequestInstruction.newBuilder().setContinue(proceed(reason)));
                }
            }
            case RequestOutcome.SkipRemaining(var _, String reason) ->
                entry.addInstructions(RequestInstruction.newBuilder().setSkipRemainingPolicies(skip(reason)));
            case RequestOutcome.Respond(var response, var _) ->
                entry.addInstructions(RequestInstruction.newBuilder().setImmediateResponse(immediate(response)));
        }
        return entry.build();
    }

    private static ResponseEntryResult entry(ResponseOutcome outcome) {
        ResponseEntryResult.Builder entry = ResponseEntryResult.newBuilder();
        for (io.policyengine.core.instruction.ResponseInstruction instruction : outcome.instructions()) {
            entry.addInstructions(instruction(instruction));
        }
        switch (outcome) {
            case ResponseOutcome.Proceed(var _, String reason) -> {
                if (reason != null) {
                    entry.addInstructions(ResponseInstruction.newBuilder().setContinue(proceed(reason)));
                }
            }
            case ResponseOutcome.SkipRemaining(var _, String reason) ->
                entry.addInstructions(ResponseInstruction.newBuilder().setSkipRemainingPolicies(skip(reason)));
        }
        return entry.build();
    }

    private static RequestInstruction.Builder instruction(
            io.policyengine.core.instruction.RequestInstruction instruction) {
        RequestInstruction.Builder wire = RequestInstruction.newBuilder();
        return switch (instruction) {
            case io.policyengine.core.instruction.SetHeader(String name, String value) ->
                wire.setSetHeader(setHeader(name, value));
            case io.policyengine.core.instruction.AppendHeader(String name, String value) ->
                wire.setAppendHeader(appendHeader(name, value));
            case io.policyengine.core.instruction.RemoveHeader(String name) ->
                wire.setRemoveHeader(RemoveHeader.newBuilder().setName(name));
            case io.policyengine.core.instruction.SetBody body -> wire.setSetBody(setBody(body));
            case io.policyengine.core.instruction.SetMetadata metadata -> wire.setSetMetadata(setMetadata(metadata));
            case io.policyengine.core.instruction.SetPath(String path) ->
                wire.setSetPath(SetPath.newBuilder().setPath(bytes(path)));
            case io.policyengine.core.instruction.SetQueryParam(String name, String value) ->
                wire.setSetQueryParam(SetQueryParam.newBuilder().setName(name).setValue(value));
            case io.policyengine.core.instruction.RemoveQueryParam(String name) ->
                wire.setRemoveQueryParam(RemoveQueryParam.newBuilder().setName(name));
            case io.policyengine.core.instruction.SetMethod(String method) ->
                wire.setSetMethod(SetMethod.newBuilder().setMethod(method));
            case io.policyengine.core.instruction.SetAuthority(String authority) ->
                wire.setSetAuthority(SetAuthority.newBuilder().setAuthority(bytes(authority)));
        };
    }

    private static ResponseInstruction.Builder instruction(
            io.policyengine.core.instruction.ResponseInstruction instruction) {
        ResponseInstruction.Builder wire = ResponseInstruction.newBuilder();
        return switch (instruction) {
            case io.policyengine.core.instruction.SetHeader(String name, String value) ->
                wire.setSetHeader(setHeader(name, value));
            case io.policyengine.core.instruction.AppendHeader(String name, String value) ->
                wire.setAppendHeader(appendHeader(name, value));
            case io.policyengine.core.instruction.RemoveHeader(String name) ->
                wire.setRemoveHeader(RemoveHeader.newBuilder().setName(name));
            case io.policyengine.core.instruction.SetBody body -> wire.setSetBody(setBody(body));
            case io.policyengine.core.instruction.SetMetadata metadata -> wire.setSetMetadata(setMetadata(metadata));
            case io.policyengine.core.instruction.SetStatusCode(int status) ->
                wire.setSetStatusCode(SetStatusCode.newBuilder().setStatusCode(status));
        };
    }

    private static SetHeader.Builder setHeader(String name, String value) {
        return SetHeader.newBuilder().setName(name).setValue(bytes(value));
    }

    private static AppendHeader.Builder appendHeader(String name, String value) {
        return AppendHeader.newBuilder().setName(name).setValue(bytes(value));
    }

    private static SetBody.Builder setBody(io.policyengine.core.instruction.SetBody body) {
        return SetBody.newBuilder()
                .setBody(WorkerService.bytes(body.body()))
                .setContentType(orEmpty(body.contentType()));
    }

    private static SetMetadata.Builder setMetadata(io.policyengine.core.instruction.SetMetadata metadata) {
        return SetMetadata.newBuilder()
                .setKey(metadata.key())
                .setValueJson(metadata.value().toString());
    }

    private static ImmediateResponse immediate(io.policyengine.core.instruction.ImmediateResponse response) {
        ImmediateResponse.Builder wire = ImmediateResponse.newBuilder()
                .setStatusCode(response.status())
                .setBody(WorkerService.bytes(response.body()))
                .setReason(response.reason());
        response.headers()
                .forEach((name, value) ->
                        wire.addHeaders(Header.newBuilder().setName(name).setValue(bytes(value))));
        return wire.build();
    }

    private static Continue proceed(String reason) {
        return Continue.newBuilder().setReason(reason).build();
    }

    private static SkipRemainingPolicies skip(@Nullable String reason) {
        return SkipRemainingPolicies.newBuilder().setReason(orEmpty(reason)).build();
    }

    private static EntryFailure failure(io.policyengine.core.chain.EntryFailure failure) {
        return EntryFailure.newBuilder()
                .setCode(failure.code().name())
                .setMessage(failure.message())
                .build();
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }

    private static ByteString bytes(String octets) {
        return UnsafeByteOperations.unsafeWrap(Octets.toBytes(octets));
    }
}
