package io.policyengine.e2e.attack;

import static io.policyengine.e2e.attack.Http1.get;

import com.google.protobuf.ByteString;
import io.policyengine.e2e.harness.Eventually;
import io.policyengine.proto.worker.v1.BodyNeed;
import io.policyengine.proto.worker.v1.ChunkResult;
import io.policyengine.proto.worker.v1.PolicyDescriptor;
import io.policyengine.proto.worker.v1.RequestEntryResult;
import io.policyengine.proto.worker.v1.RequestInstruction;
import io.policyengine.proto.worker.v1.RequestResult;
import io.policyengine.proto.worker.v1.SetHeader;
import io.policyengine.proto.worker.v1.WorkerMessage;
import io.policyengine.testkit.worker.FakeWorker;
import io.policyengine.testkit.worker.Reply;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** Attacks by a worker that speaks its protocol, or does not, while its routes are called. */
final class WorkerAttacks {
    private static final int MIB = 1 << 20;

    /** Two bytes each, and as many as a message may be long. */
    private static final List<WorkerMessage> VALUES =
            Collections.nCopies(8_000_000, WorkerMessage.getDefaultInstance());

    private static final RequestResult INSTRUCTIONS = RequestResult.newBuilder()
            .addEntries(RequestEntryResult.newBuilder().addAllInstructions(distinctFields(100_000)))
            .build();

    private WorkerAttacks() {}

    private static List<RequestInstruction> distinctFields(int count) {
        List<RequestInstruction> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            all.add(RequestInstruction.newBuilder()
                    .setSetHeader(SetHeader.newBuilder().setName("x-" + i))
                    .build());
        }
        return all;
    }

    static List<Attack> all() {
        List<Attack> onItsSocket = List.of(
                Attack.of("a worker that answers garbage", HostileWorker::garbage),
                Attack.of("a worker that opens and closes", HostileWorker::comesAndGoes));
        return Stream.concat(whileCalled().stream().map(Attack::sentToEnvoy), onItsSocket.stream())
                .toList();
    }

    /** With a flood of requests to its routes. */
    private static List<Attack> whileCalled() {
        return List.of(
                Attack.onBoth("a worker that stops reading", target -> calls(target, worker -> worker.stopReading())),
                Attack.of(
                        "a worker that never answers",
                        target -> calls(target, worker -> worker.onRequest(call -> never()))),
                Attack.onBoth(
                        "a worker that answers twice",
                        target -> calls(target, worker -> worker.onAnswers(WorkerAttacks::twice))),
                Attack.of(
                        "a worker that answers calls that were never made",
                        target -> calls(target, worker -> worker.onAnswers(WorkerAttacks::strange))),
                Attack.of(
                        "a worker that answers with a hundred thousand entries",
                        target -> calls(target, worker -> worker.onRequest(call -> entries(100_000)))),
                Attack.onBoth(
                        "a worker that expands each chunk",
                        target -> chunks(
                                target,
                                ChunkResult.newBuilder()
                                        .setData(ByteString.copyFrom(new byte[10 * MIB]))
                                        .build())),
                Attack.of(
                        "a worker that ends every body at once",
                        target -> chunks(
                                target,
                                ChunkResult.newBuilder()
                                        .setUnchanged(true)
                                        .setEndOfStream(true)
                                        .setHolding(true)
                                        .build())),
                Attack.of(
                        "a worker that answers with millions of values",
                        target -> calls(target, worker -> worker.onAnswers(_ -> VALUES))),
                Attack.of(
                        "a worker whose entry gives a hundred thousand instructions",
                        target -> calls(target, worker -> worker.onRequest(_ -> Reply.result(INSTRUCTIONS)))),
                Attack.of(
                        "a worker that begins large answers",
                        target -> calls(target, worker -> worker.unaryOnly().beginAnswers(15 * MIB))),
                Attack.of("a worker with schemas of millions of values", WorkerAttacks::largeSchemas),
                Attack.onBoth("a schema that refers to itself", target -> schema(target, "{\"$ref\":\"#\"}")),
                Attack.of(
                        "a schema with a pattern of nested repeats",
                        target -> schema(
                                target,
                                "{\"properties\":{\"a\":{\"pattern\":\"(((a{1,100}){1,100}){1,100}){1,100}\"}}}")),
                Attack.of("a schema of thirty levels of anyOf", target -> schema(target, anyOf(30))),
                Attack.of("a worker with a hundred thousand policies", WorkerAttacks::manyPolicies));
    }

    private static <T> Future<T> never() {
        return Promise.<T>promise().future();
    }

    private static List<WorkerMessage> twice(List<WorkerMessage> answers) {
        List<WorkerMessage> all = new ArrayList<>(answers);
        all.addAll(answers);
        return all;
    }

    private static List<WorkerMessage> strange(List<WorkerMessage> answers) {
        List<WorkerMessage> all = new ArrayList<>();
        for (WorkerMessage answer : answers) {
            all.addAll(Collections.nCopies(
                    100,
                    answer.toBuilder().setCallId(answer.getCallId() + 1_000_000).build()));
        }
        return all;
    }

    private static Future<Reply<RequestResult>> entries(int count) {
        return Reply.result(RequestResult.newBuilder()
                .addAllEntries(Collections.nCopies(count, RequestEntryResult.getDefaultInstance()))
                .build());
    }

    /** Requests with 50 kB of fields. */
    private static long calls(Target target, UnaryOperator<FakeWorker> hostile) {
        try (HostileWorker _ = HostileWorker.start(target, hostile)) {
            byte[] request = get("/hostile", "x-long: " + "a".repeat(50_000));
            Wave wave = target.flood(target.figure(200), 50, request);
            target.hold();
            wave.reset();
            return 0;
        }
    }

    private static long chunks(Target target, ChunkResult result) {
        try (HostileWorker _ = HostileWorker.start(target, fake -> fake.onChunk(chunk -> Reply.result(result)))) {
            byte[] request = Http1.post("/hostile-body", new byte[100_000]);
            Wave wave = target.flood(target.figure(20), 10, request);
            target.hold();
            wave.reset();
            return 0;
        }
    }

    private static String anyOf(int levels) {
        StringBuilder schema = new StringBuilder("{\"$defs\":{\"l0\":{\"type\":\"object\"}");
        for (int level = 1; level <= levels; level++) {
            String below = "{\"$ref\":\"#/$defs/l" + (level - 1) + "\"}";
            schema.append(",\"l")
                    .append(level)
                    .append("\":{\"anyOf\":[")
                    .append(below)
                    .append(',')
                    .append(below)
                    .append("]}");
        }
        return schema.append("},\"$ref\":\"#/$defs/l")
                .append(levels)
                .append("\"}")
                .toString();
    }

    private static long schema(Target target, String schema) {
        PolicyDescriptor policy = HostileWorker.policy("hostile", BodyNeed.BODY_NEED_NONE)
                .setParamsSchemaJson(schema)
                .build();
        return declared(target, List.of(policy));
    }

    private static long largeSchemas(Target target) {
        String schema = "{\"enum\":[" + "{},".repeat(85_000) + "{}]}";
        List<PolicyDescriptor> policies = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            policies.add(HostileWorker.policy("hostile" + i, BodyNeed.BODY_NEED_NONE)
                    .setParamsSchemaJson(schema)
                    .build());
        }
        return declared(target, policies);
    }

    private static long manyPolicies(Target target) {
        List<PolicyDescriptor> policies = new ArrayList<>();
        for (int i = 0; i < 100_000; i++) {
            policies.add(
                    HostileWorker.policy("hostile" + i, BodyNeed.BODY_NEED_NONE).build());
        }
        return declared(target, policies);
    }

    /** What it declares is not usable, and what is not changed goes on. */
    private static long declared(Target target, List<PolicyDescriptor> policies) {
        try (HostileWorker worker = HostileWorker.declaring(target, policies)) {
            Eventually.isTrue("the worker is asked", worker::isAsked);
            try (Wave wave = target.flood(target.figure(100), 20, get("/hostile"))) {
                target.hold();
                wave.awaitOver();
            }
            return 0;
        }
    }
}
